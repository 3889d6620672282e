import { count, counted } from '../format.ts'
import { escaped } from '../report/markdown.ts'
import { plain, type Style } from '../style.ts'
import { tableOf } from '../table.ts'
import type { Pair } from './compare.ts'
import type { TestsDiff } from './tests-diff.ts'
import { signed, valuesOf, verdictWords } from './words.ts'

interface Table {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
  readonly note?: string
}

const mostRows = 20

/** A comparison of tests for somebody who looks at a terminal. */
export function testsDiffText(report: TestsDiff, style: Style): string {
  const tables = tablesOf(report).flatMap(({ title, rows: [head = [], ...rows], note }) => [
    '',
    style('bold', title),
    ...tableOf([head.map((cell) => style('bold', cell)), ...rows], [0]),
    ...(note === undefined ? [] : ['', note]),
  ])
  const broken = report.broken.map((one) => style('red', plain(one)))
  return `${[headline(report), ...tables, ...restOf(report), ...(broken.length > 0 ? ['', ...broken] : [])].join('\n')}\n`
}

/** The same for a pull request. */
export function testsDiffMarkdown(report: TestsDiff): string {
  const tables = tablesOf(report).flatMap(({ title, rows: [head = [], ...rows], note }) => [
    ...['', `### ${title}`, ''],
    ...[`| ${head.join(' | ')} |`, `|---|${'--:|'.repeat(head.length - 1)}`],
    ...rows.map((row) => `| ${row.map(escaped).join(' | ')} |`),
    ...(note === undefined ? [] : ['', note]),
  ])
  const broken = report.broken.flatMap((one) => ['', `**${escaped(one)}**`])
  return `${['## Tests', '', escaped(headline(report)), ...tables, ...restOf(report).map(escaped), ...broken].join('\n')}\n`
}

function headline({ before, after }: TestsDiff): string {
  const side = ({ name, tests, runs }: TestsDiff['before']) =>
    `${plain(name)} (${counted(tests, 'test')}, ${counted(runs, 'run')})`
  return `${side(before)} → ${side(after)}`
}

function tablesOf({ statuses, counted: figures, durations }: TestsDiff): Table[] {
  const change = (one: { readonly before: number; readonly after: number }) =>
    `${count(one.before)} → ${count(one.after)}`
  const tables: Table[] = [
    {
      title: 'Another status',
      rows: [['test', ''], ...statuses.slice(0, mostRows).map((one) => [one.label, `${one.before} → ${one.after}`])],
    },
    {
      title: 'Other calls',
      rows: [
        ['test', '', 'before → after'],
        ...figures.slice(0, mostRows).map((one) => [one.label, one.figure, change(one)]),
      ],
    },
    durationsOf(durations),
  ]
  return tables.filter(({ rows }) => rows.length > 1)
}

function durationsOf(pairs: readonly Pair[]): Table {
  const fewer = pairs.filter(({ verdict }) => verdict === 'too_few').length
  return {
    title: 'Durations',
    rows: [
      ['test', 'times', 'p50 ms', 'p95 ms', ''],
      ...[...pairs]
        .sort(bySurprise)
        .slice(0, mostRows)
        .map((pair) => {
          const cells = (['p50', 'p95'] as const).map((metric) => {
            const one = pair.changes.find((change) => change.metric === metric)
            if (one === undefined) return ''
            return `${valuesOf(one)} ${one.certain ? signed(one.change) : '~'}`
          })
          const times = `${count(pair.calls.before)} → ${count(pair.calls.after)}`
          return [pair.name, times, ...cells, verdictWords(pair, ['p50', 'p95']).text]
        }),
    ],
    note: `~ is within what either side could have come out with by chance (99 %)${fewer > 0 ? `; of ${counted(fewer, 'test')} there are fewer than 20 times on a side, too few to tell` : ''}.`,
  }
}

/** What is certain first, then what differs most. */
function bySurprise(a: Pair, b: Pair): number {
  const weight = ({ verdict, changes }: Pair) => {
    const most = Math.abs(changes.find(({ metric }) => metric === 'p50')?.change ?? 0)
    return (verdict === 'slower' || verdict === 'faster' ? 1e9 : 0) + most
  }
  return weight(b) - weight(a)
}

function restOf({ only_before, only_after }: TestsDiff): string[] {
  const named = (which: string, labels: readonly string[]) => {
    if (labels.length === 0) return []
    const more = labels.length > 8 ? ` and ${labels.length - 8} more` : ''
    return ['', `only ${which}: ${labels.slice(0, 8).join(', ')}${more}`]
  }
  return [...named('before', only_before), ...named('after', only_after)]
}

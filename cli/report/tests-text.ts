import { money } from '../../agent/output/cost/cost.ts'
import { count, counted, ms } from '../format.ts'
import type { Style } from '../style.ts'
import { tableOf } from '../table.ts'
import type { TestBefore, TestReport, TestsReport } from './tests.ts'
import { wrap } from './wrap.ts'

interface Column {
  readonly title: string
  readonly of: (test: TestReport) => string
}

/** The tests of a run for somebody who looks at a terminal: the slowest, and those that call most. */
export function testsText(report: TestsReport, most: number, style: Style): string {
  const tables = tablesOf(report, most).flatMap(({ title, columns, tests }) => [
    '',
    style('bold', title),
    ...tableOf([columns.map((one) => one.title), ...tests.map((test) => columns.map((one) => one.of(test)))]),
  ])
  const notes = notesOf(report).flatMap((note) => wrap(note, 100))
  return `${[headline(report), ...tables, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')}\n`
}

/** The same for a pull request. */
export function testsMarkdown(report: TestsReport, most: number): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
  const tables = tablesOf(report, most).flatMap(({ title, columns, tests }) => [
    '',
    `### ${title}`,
    '',
    `| ${columns.map((one) => one.title).join(' | ')} |`,
    `| ${columns.map((_, i) => (i === 0 ? '---' : '--:')).join(' | ')} |`,
    ...tests.map((test) => `| ${columns.map((one) => cell(one.of(test))).join(' | ')} |`),
  ])
  const notes = notesOf(report).map((note) => `- ${cell(note)}`)
  const all = ['## Tests', '', cell(headline(report)), ...tables, ...(notes.length > 0 ? ['', ...notes] : [])]
  return `${all.join('\n')}\n`
}

function headline({ files, tests, runs }: TestsReport): string {
  const by = (status: string) => tests.filter((one) => one.status === status).length
  const where = files.length === 1 ? files[0] : counted(files.length, 'file')
  const parts = ['failed', 'skipped', 'todo'].flatMap((status) =>
    by(status) > 0 ? [`${count(by(status))} ${status}`] : [],
  )
  const flaky = tests.filter((one) => one.flaky).length
  const more = [...parts, ...(flaky > 0 ? [`${count(flaky)} flaky`] : [])]
  const what = more.length > 0 ? ` (${more.join(', ')})` : ''
  return `${where}: ${counted(tests.length, 'test')}${what} in ${counted(runs, 'run')}`
}

/** Those that have nothing in its column are not in a table; a table without any is left out. */
function tablesOf(report: TestsReport, most: number) {
  const { tests, currency = 'USD' } = report
  const label: Column = { title: 'test', of: (test) => `${test.label}${markOf(test)}` }
  const calls: Column = { title: 'calls', of: (test) => count(test.calls) }
  const tokens: Column = { title: 'tokens', of: (test) => count(test.tokens) }
  const cost: Column = { title: 'cost', of: (test) => (test.cost === undefined ? '' : money(test.cost, currency)) }
  const paid = tests.some((test) => test.cost !== undefined) ? [cost] : []
  const durationOf = (title: string, of: (test: TestReport) => number): Column => ({
    title,
    of: (test) => ms(of(test)),
  })
  const duration = durationOf('duration', (test) => test.duration_ms)
  const parts = [
    duration,
    durationOf('own code', (test) => test.own_ms),
    durationOf('calls', (test) => test.calls_ms),
    durationOf('waiting', (test) => test.waiting_ms),
    durationOf('in hooks', (test) => test.setup_ms),
  ]
  const mostOf = (title: string, of: (test: TestReport) => number, columns: readonly Column[]) => ({
    ...{ title, columns: [label, ...columns] },
    tests: tests
      .filter((test) => of(test) > 0)
      .sort((a, b) => of(b) - of(a))
      .slice(0, most),
  })
  const which: Column = {
    title: 'most of them',
    of: ({ usage }) => {
      const [top] = [...usage].sort((a, b) => b.calls - a.calls)
      return top === undefined ? '' : `${count(top.calls)} ${top.name}`
    },
  }
  const before = (title: string, of: (test: TestBefore) => string): Column => ({
    title,
    of: (test) => (test.before === undefined ? '' : of(test.before)),
  })
  const runs = before('runs before', (one) => count(one.runs))
  return [
    mostOf('Flaky', (test) => (test.flaky ? test.failed : 0), [
      { title: 'passed', of: (test) => count(test.passed) },
      { title: 'failed', of: (test) => count(test.failed) },
    ]),
    mostOf('Slower than in all runs before', slowdown, [
      duration,
      before('before', (one) => ms(one.p50_ms)),
      before('range', (one) => `${ms(one.min_ms)} – ${ms(one.max_ms)}`),
      runs,
    ]),
    mostOf('More calls than in all runs before', (test) => (test.before ? test.calls - test.before.calls : 0), [
      calls,
      before('before', (one) => count(one.calls)),
      runs,
    ]),
    mostOf('The slowest tests', (test) => test.duration_ms, parts),
    mostOf('Most calls', (test) => test.calls, [calls, which, duration]),
    mostOf('Most tokens', (test) => test.tokens, [tokens, ...paid, calls]),
    mostOf('Dearest', (test) => test.cost ?? 0, [cost, tokens, calls]),
  ].filter(({ tests }) => tests.length > 0)
}

/** Of fewer runs a slowest one is nothing special. */
const leastRuns = 5

/** How many times as long as in the runs before it took; 0 where one of them was as slow, or they are too few to say. */
const slowdown = ({ duration_ms, before, status }: TestReport): number =>
  status === 'passed' && before !== undefined && before.runs >= leastRuns && duration_ms > before.max_ms
    ? duration_ms / before.p50_ms
    : 0

function markOf({ status, error, flaky }: TestReport): string {
  const words = [status === 'failed' ? (error ?? 'failed') : '', flaky ? 'flaky' : ''].filter((word) => word !== '')
  return words.length > 0 ? ` (${words.join(', ')})` : ''
}

function notesOf({ tests, left_out, records_left_out }: TestsReport): string[] {
  return [
    ...(tests.some(({ label, file }) => file !== undefined && label.startsWith(file))
      ? ['Titles are hashed; test_execution.include_titles: true writes them.']
      : []),
    ...(left_out > 0 ? [`${counted(left_out, 'record')} of further tests left out.`] : []),
    ...(records_left_out > 0
      ? [
          `${counted(records_left_out, 'record')} of calls and hooks left out by test_execution.max_records_per_minute; the figures of tests are whole.`,
        ]
      : []),
  ]
}

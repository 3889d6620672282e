import { hotWords } from '../../agent/findings/hot.ts'
import type { ProfileReport } from '../flame/model.ts'
import { leftOutLines, sentenceOf, treeMarkdown } from '../flame/text.ts'
import { counted, moment, ms } from '../format.ts'
import { columnsOf, rowsOf, splitNote } from './columns.ts'
import { labelTable } from './label-table.ts'
import type { Report, RequestReport } from './model.ts'
import { processLines, processTitle } from './process-lines.ts'
import { exampleNote, mostFindings, nothingFound, shareText, timeText } from './recommendations.ts'
import { scoredIn, scoreLines, scoreTitle } from './score-lines.ts'
import { headline } from './text.ts'
import { longestOf } from './waterfall.ts'

/** The report for a pull request. */
export function markdownOf(report: Report): string {
  const { slowest, notes, profile } = report
  const sections = [
    ['## Profile', '', escaped(headline(report))],
    ['', '### Recommendations', '', ...findingLines(report)],
    ['', '### Where the time went', '', escaped(timeText(report.request_time, report.requests > 0))],
    ['', ...scopeTable(report)],
    ...labelTables(report),
    slowest.length > 0 ? ['', '### The slowest requests', '', ...slowestTable(slowest), ...ranLines(slowest)] : [],
    ...scoreTables(report),
    ...processTables(report),
    profile === undefined ? [] : ['', ...profileLines(profile)],
    ['', '<details><summary>Notes</summary>', '', ...notes.map((note) => `- ${escaped(note)}`), '', '</details>'],
  ]
  return `${sections.flat().join('\n')}\n`
}

function scopeTable(report: Report): string[] {
  const columns = columnsOf(report)
  const note = splitNote(report)
  return [
    row(['scope', 'library', ...columns.map(({ head }) => head)]),
    row(['---', '---', ...columns.map(() => '--:')]),
    ...rowsOf(report).map(({ name, library, isPart, figures }) =>
      row([
        `${isPart ? '↳ ' : ''}${escaped(name)}`,
        escaped(library),
        ...columns.map(({ cell, isBad }) => {
          const text = escaped(cell(figures))
          return isBad?.(figures) ? `**${text}**` : text
        }),
      ]),
    ),
    ...(note === undefined ? [] : ['', escaped(note)]),
  ]
}

function labelTables(report: Report): string[][] {
  const table = labelTable(report)
  if (table === undefined) return []
  const { label, columns, rows, notes } = table
  return [
    ['', `### By ${escaped(label)}`, ''],
    [
      row([escaped(label), ...columns.map(({ head }) => head)]),
      row(['---', ...columns.map(() => '--:')]),
      ...rows.map((one) =>
        row([
          escaped(one.value),
          ...columns.map(({ cell, isBad }) => (isBad?.(one) ? `**${escaped(cell(one))}**` : escaped(cell(one)))),
        ]),
      ),
    ],
    ['', ...notes.map(escaped)],
  ]
}

function findingLines(report: Report): string[] {
  const { findings } = report
  if (findings.length === 0) return [escaped(nothingFound(report))]
  const more = findings.length - mostFindings
  const note = exampleNote(report)
  return [
    ...findings
      .slice(0, mostFindings)
      .flatMap((finding, i) => [
        `${i + 1}. **${escaped(finding.title)}** ${escaped(shareText(finding))}.`,
        ...finding.evidence.map((line) => `   - ${escaped(line)}`),
        `   - Change: ${escaped(finding.advice)}`,
        `   - Gain: ${escaped(finding.saves)}`,
      ]),
    ...(more > 0 ? ['', `And ${counted(more, 'finding')} of smaller share.`] : []),
    ...(note === undefined ? [] : ['', escaped(note)]),
  ]
}

const slowestTable = (slowest: readonly RequestReport[]) => [
  '| duration | calls | begin | trace | longest call |',
  '| --: | --: | --- | --- | --- |',
  ...slowest.map((request) => {
    const { duration_ms, calls, left_out, from, trace_id } = request
    const longest = longestOf(request) ?? ''
    return row([
      ms(duration_ms),
      counted(calls.length + left_out, 'call'),
      moment(from),
      escaped(trace_id),
      escaped(longest),
    ])
  }),
]

const ranLines = (slowest: readonly RequestReport[]): string[] => {
  const lines = slowest.flatMap(({ trace_id, calls }) =>
    calls.flatMap(({ name, hot }) =>
      hot === undefined ? [] : [`- ${escaped(`${name} of trace ${trace_id} ran: ${hotWords(hot)}`)}`],
    ),
  )
  return lines.length > 0 ? ['', ...lines.slice(0, mostRan)] : []
}
const mostRan = 20

const profileLines = (profile: ProfileReport): string[] => [
  '### CPU profile',
  '',
  ...[sentenceOf(profile), ...leftOutLines(profile)].map(escaped),
  '',
  ...treeMarkdown(profile, escaped),
]

/** What searches scored. */
function scoreTables(report: Report): string[][] {
  const { shown, others } = scoredIn(report)
  if (shown.length === 0) return []
  const tables = shown.flatMap((one) => [
    '',
    `| ${escaped(scoreTitle(one))} | |`,
    '| --- | --- |',
    ...scoreLines(one).map((line) => row(line.map(escaped))),
  ])
  const more = others > 0 ? ['', `And ${counted(others, 'collection')} with fewer searches.`] : []
  return [['', '### Scores of searches', ...tables, ...more]]
}

/** The processes by their snapshots. */
function processTables({ processes = [] }: Report): string[][] {
  if (processes.length === 0) return []
  const tables = processes.flatMap((one) => [
    '',
    `| ${escaped(processTitle(one))} | |`,
    '| --- | --- |',
    ...processLines(one).map((line) => row(line.map(escaped))),
  ])
  return [['', '### The process', ...tables]]
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** A text as it is: no mark-up, no table cell's end, no mention of somebody. */
export const escaped = (text: string): string =>
  text
    .replace(/[\\`*_[\]<>#|~&]/g, (sign) => (sign === '<' ? '&lt;' : sign === '&' ? '&amp;' : `\\${sign}`))
    .replaceAll('@', '@<!-- -->')

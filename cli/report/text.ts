import type { Terminal } from '../command.ts'
import { count, counted, moment, ms, percent } from '../format.ts'
import { createStyle, type Style, widthOf } from '../style.ts'
import { tableOf } from '../table.ts'
import type { Finding, Report, ScopeReport } from './model.ts'
import { processLines, processTitle } from './process-lines.ts'
import { longestOf, waterfallOf } from './waterfall.ts'

/** Longer lines are hard to read. */
const widestText = 100

/** The report for somebody who looks at a terminal, or reads a file of it. */
export function textOf(
  report: Report,
  { columns, env, outIsTty }: Pick<Terminal, 'columns' | 'env' | 'outIsTty'>,
): string {
  const style = createStyle(env, outIsTty)
  const width = Math.min(widestText, Math.max(40, columns))
  const sections = [
    wrap(headline(report), width),
    // In a file there is no edge to cut lines at.
    ['', style('bold', 'Where the time went'), ...scopeTable(report.scopes, outIsTty ? columns : Infinity, style)],
    ['', style('bold', 'What could be better'), ...findingsText(report.findings, width, style)],
    report.slowest.length > 0 ? ['', style('bold', 'The slowest requests'), ...slowestText(report, width, style)] : [],
    ...processesText(report, width, style),
    ['', style('bold', 'To know'), ...report.notes.flatMap((note) => item('-', note, width))],
  ]
  return `${sections.flat().join('\n')}\n`
}

/** Files, calls, span of time, sampling, in a sentence. */
export function headline({ files, records, calls, sample_rate, requests, from, to }: Report): string {
  const inRequests = requests > 0 ? ` of ${counted(requests, 'request')}` : ''
  const what =
    sample_rate < 1
      ? `about ${counted(calls, 'call')}, from ${counted(records, 'record')}${inRequests},`
      : `${counted(calls, 'call')}${inRequests}`
  const where = files.length === 1 ? files[0] : counted(files.length, 'file')
  return `${where}: ${what} within ${ms((to - from) * 1000)}, from ${moment(from)}`
}

interface Column {
  readonly head: string
  readonly cell: (scope: ScopeReport) => string
  /** The lowest goes first where there is no room; none stays. */
  readonly rank?: number
}

const columnsOfScope: readonly Column[] = [
  { head: 'scope', cell: ({ name }) => name },
  { head: 'library', cell: ({ library }) => library },
  { head: 'calls', cell: ({ calls }) => count(calls) },
  { head: 'errors', cell: ({ errors }) => count(errors), rank: 5 },
  { head: 'p50', cell: ({ p50_ms }) => ms(p50_ms) },
  { head: 'p95', cell: ({ p95_ms }) => ms(p95_ms) },
  { head: 'p99', cell: ({ p99_ms }) => ms(p99_ms), rank: 3 },
  { head: 'max', cell: ({ max_ms }) => ms(max_ms), rank: 1 },
  { head: 'share', cell: ({ share }) => percent(share), rank: 4 },
  { head: 'tokens', cell: ({ input_tokens, output_tokens }) => count(input_tokens + output_tokens), rank: 2 },
]

function scopeTable(scopes: readonly ScopeReport[], columns: number, style: Style): string[] {
  let shown = columnsOfScope
  let lines = linesOf(shown, scopes)
  while (Math.max(...lines.map(widthOf)) > columns && shown.some(({ rank }) => rank !== undefined)) {
    const least = Math.min(...shown.map(({ rank = Infinity }) => rank))
    shown = shown.filter(({ rank }) => rank !== least)
    lines = linesOf(shown, scopes)
  }
  const missing = columnsOfScope.filter((column) => !shown.includes(column)).map(({ head }) => head)
  const [head = '', ...rows] = lines
  return [
    style('dim', head),
    ...rows,
    ...(missing.length > 0 ? [style('dim', `(a wider terminal also shows ${missing.join(', ')})`)] : []),
  ]
}

const linesOf = (shown: readonly Column[], scopes: readonly ScopeReport[]) =>
  tableOf([shown.map(({ head }) => head), ...scopes.map((scope) => shown.map(({ cell }) => cell(scope)))], [0, 1])

function findingsText(findings: readonly Finding[], width: number, style: Style): string[] {
  if (findings.length === 0) return ['Nothing that this report looks for was found.']
  return findings.flatMap(({ title, evidence, advice, saves }, i) => [
    ...item(`${i + 1}.`, title, width).map((line) => style('yellow', line)),
    ...evidence.flatMap((line) => item('   -', line, width)),
    ...item('   To do:', advice, width, 5),
    ...item('   Saves:', saves, width, 5),
  ])
}

function slowestText({ slowest }: Report, width: number, style: Style): string[] {
  return slowest.flatMap((request, i) => {
    const { trace_id, request_id, from, duration_ms, calls, left_out } = request
    const all = counted(calls.length + left_out, 'call')
    const id = request_id === undefined ? '' : `, request ${request_id}`
    const longest = longestOf(request)
    return [
      `${i + 1}. ${ms(duration_ms)}, ${all}, ${moment(from)}`,
      ...item('  ', `trace ${trace_id}${id}`, width),
      ...waterfallOf(request, width, style),
      ...(left_out > 0 ? [`   and ${counted(left_out, 'shorter call')}`] : []),
      ...(longest === undefined ? [] : item('   longest:', longest, width, 5)),
    ]
  })
}

/** The processes by their snapshots. */
function processesText({ processes = [] }: Report, width: number, style: Style): string[][] {
  if (processes.length === 0) return []
  const texts = processes.flatMap((one) => [
    processTitle(one),
    ...processLines(one).flatMap(([name, value]) => item('  -', `${name}: ${value}`, width)),
  ])
  return [['', style('bold', 'The process'), ...texts]]
}

/** A text behind a mark; its further lines are `indent` deep. */
function item(mark: string, text: string, width: number, indent = mark.length + 1): string[] {
  const [first = '', ...rest] = wrap(`${'_'.repeat(mark.length)} ${text}`, width, indent)
  return [mark + first.slice(mark.length), ...rest.map((line) => ' '.repeat(indent) + line)]
}

/** Lines of no more than `width` characters, where words allow it; all but the first leave room for an indent. */
function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const room = lines.length > 1 ? width - indent : width
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

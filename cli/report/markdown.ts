import { count, counted, moment, ms, percent } from '../format.ts'
import type { Finding, Report, RequestReport, ScopeReport } from './model.ts'
import { processLines, processTitle } from './process-lines.ts'
import { headline } from './text.ts'
import { longestOf } from './waterfall.ts'

/** The report for a pull request. */
export function markdownOf(report: Report): string {
  const { scopes, findings, slowest, notes } = report
  const sections = [
    ['## Profile', '', escaped(headline(report))],
    ['', ...scopeTable(scopes)],
    ['', '### What could be better', '', ...findingLines(findings)],
    slowest.length > 0 ? ['', '### The slowest requests', '', ...slowestTable(slowest)] : [],
    ...processTables(report),
    ['', '<details><summary>To know</summary>', '', ...notes.map((note) => `- ${escaped(note)}`), '', '</details>'],
  ]
  return `${sections.flat().join('\n')}\n`
}

const scopeTable = (scopes: readonly ScopeReport[]) => [
  '| scope | library | calls | errors | p50 | p95 | p99 | max | share | tokens |',
  '| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |',
  ...scopes.map((scope) =>
    row([
      escaped(scope.name),
      escaped(scope.library),
      count(scope.calls),
      count(scope.errors),
      ...[scope.p50_ms, scope.p95_ms, scope.p99_ms, scope.max_ms].map(ms),
      percent(scope.share),
      count(scope.input_tokens + scope.output_tokens),
    ]),
  ),
]

function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['Nothing that this report looks for was found.']
  return findings.flatMap(({ title, evidence, advice, saves }, i) => [
    `${i + 1}. **${escaped(title)}** Saves ${escaped(saves)}.`,
    ...evidence.map((line) => `   - ${escaped(line)}`),
    `   - To do: ${escaped(advice)}`,
  ])
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

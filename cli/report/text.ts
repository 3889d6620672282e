import { money } from '../../agent/output/cost/cost.ts'
import type { Terminal } from '../command.ts'
import type { ProfileReport } from '../flame/model.ts'
import { leftOutLines, sentenceOf, treeText } from '../flame/text.ts'
import { counted, moment, ms } from '../format.ts'
import { createStyle, type Style } from '../style.ts'
import { labelTable } from './label-table.ts'
import type { Finding, Report } from './model.ts'
import { processLines, processTitle } from './process-lines.ts'
import { exampleNote, mostFindings, nothingFound, shareText, timeText } from './recommendations.ts'
import { scopeTable, valueTable } from './scope-table.ts'
import { scoredIn, scoreLines, scoreTitle } from './score-lines.ts'
import { longestOf, waterfallOf } from './waterfall.ts'
import { item, wrap } from './wrap.ts'

/** Longer lines are hard to read. */
const widestText = 100

/** The report for somebody who looks at a terminal, or reads a file of it. */
export function textOf(
  report: Report,
  { columns, env, outIsTty }: Pick<Terminal, 'columns' | 'env' | 'outIsTty'>,
): string {
  const style = createStyle(env, outIsTty)
  const width = Math.min(widestText, Math.max(40, columns))
  const labels = labelTable(report)
  const sections = [
    wrap(headline(report), width),
    ...[['', style('bold', 'Recommendations'), ...findingsText(report, width, style)]],
    // In a file there is no edge to cut lines at.
    ['', style('bold', 'Where the time went'), ...wrap(timeText(report.request_time, report.requests > 0), width)],
    ['', ...scopeTable(report, outIsTty ? columns : Infinity, style)],
    labels === undefined
      ? []
      : ['', style('bold', `By ${labels.label}`), ...valueTable(labels, outIsTty ? columns : Infinity, style)],
    report.slowest.length > 0 ? ['', style('bold', 'The slowest requests'), ...slowestText(report, width, style)] : [],
    ...scoresText(report, width, style),
    ...processesText(report, width, style),
    ...(report.profile === undefined
      ? []
      : [
          [
            '',
            style('bold', 'CPU profile'),
            ...profileText(report.profile, width, style, outIsTty ? columns : Infinity),
          ],
        ]),
    ['', style('bold', 'Notes'), ...report.notes.flatMap((note) => item('-', note, width))],
  ]
  return `${sections.flat().join('\n')}\n`
}

/** Files, calls, span of time, sampling, in a sentence. */
export function headline({ files, records, calls, sample_rate, requests, from, to, cost }: Report): string {
  const inRequests = requests > 0 ? ` of ${counted(requests, 'request')}` : ''
  const what =
    sample_rate < 1
      ? `about ${counted(calls, 'call')}, from ${counted(records, 'record')}${inRequests},`
      : `${counted(calls, 'call')}${inRequests}`
  const where = files.length === 1 ? files[0] : counted(files.length, 'file')
  const paid = cost === undefined ? '' : `, for ${money(cost.total, cost.currency)}${monthly(cost)}`
  return `${where}: ${what} within ${ms((to - from) * 1000)}, from ${moment(from)}${paid}`
}

/** `, 41 a month at this rate`. */
const monthly = ({ month, currency }: NonNullable<Report['cost']>) =>
  month === undefined ? '' : ` (${money(month, currency)} a month at this rate)`

function findingsText(report: Report, width: number, style: Style): string[] {
  const { findings } = report
  if (findings.length === 0) return wrap(nothingFound(report), width)
  const more = findings.length - mostFindings
  const note = exampleNote(report)
  return [
    ...findings.slice(0, mostFindings).flatMap((finding, i) => findingText(finding, i, width, style)),
    ...(more > 0 ? wrap(`And ${counted(more, 'finding')} of smaller share; --json has all.`, width) : []),
    ...(note === undefined ? [] : [style('dim', note)]),
  ]
}

const barCells = 20

/** A finding as the report shows it, the `i`-th from 0. */
export function findingText(finding: Finding, i: number, width: number, style: Style): string[] {
  const { title, evidence, advice, saves, share, signature } = finding
  const cells = Math.max(1, Math.round(share * barCells))
  const bar = `${'█'.repeat(cells)}${'░'.repeat(barCells - cells)}`
  return [
    ...item(`${i + 1}.`, title, width).map((line) => style('yellow', line)),
    `   ${style('yellow', bar)} ${shareText(finding)}`,
    ...evidence.flatMap((line) => item('   -', line, width)),
    ...item('   Change:', advice, width, 5),
    ...item('   Gain:', saves, width, 5),
    style('dim', `   ${signature}`),
  ]
}

function slowestText({ slowest, cost }: Report, width: number, style: Style): string[] {
  return slowest.flatMap((request, i) => {
    const { trace_id, request_id, from, duration_ms, calls, left_out, cost: paid } = request
    const all = counted(calls.length + left_out, 'call')
    const id = request_id === undefined ? '' : `, request ${request_id}`
    const longest = longestOf(request)
    return [
      `${i + 1}. ${ms(duration_ms)}, ${all}${cost === undefined || paid === undefined ? '' : `, ${money(paid, cost.currency)}`}, ${moment(from)}`,
      ...item('  ', `trace ${trace_id}${id}`, width),
      ...waterfallOf(request, width, style),
      ...(left_out > 0 ? [`   and ${counted(left_out, 'shorter call')}`] : []),
      ...(longest === undefined ? [] : item('   longest:', longest, width, 5)),
    ]
  })
}

const profileText = (profile: ProfileReport, width: number, style: Style, columns: number): string[] => [
  ...wrap(sentenceOf(profile), width),
  ...treeText(profile, style, columns),
  ...leftOutLines(profile).flatMap((line) => wrap(line, width)),
]

/** What searches scored. */
function scoresText(report: Report, width: number, style: Style): string[][] {
  const { shown, others } = scoredIn(report)
  if (shown.length === 0) return []
  const texts = shown.flatMap((one) => [
    ...wrap(scoreTitle(one), width),
    ...scoreLines(one).flatMap(([name, value]) => item('  -', `${name}: ${value}`, width)),
  ])
  const more =
    others > 0 ? wrap(`And ${counted(others, 'collection')} with fewer searches; --json has all.`, width) : []
  return [['', style('bold', 'Scores of searches'), ...texts, ...more]]
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

import { shareText } from '../../agent/findings/share-text.ts'
import { money } from '../../agent/output/cost/cost.ts'
import type { LeadingFinding } from '../../agent/output/socket/protocol.ts'
import { plain, type Style } from '../style.ts'
import { cut, fit, sparkline } from './cells.ts'
import { type Layout, layoutOf } from './columns.ts'
import { clockOf, shownCount } from './format.ts'
import type { Frame } from './frame.ts'
import { type Line, sorted, type View } from './view.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** The lines of the whole screen: never more than fit, none wider than it. */
export function screenOf(view: View, size: Size, style: Style): string[] {
  const width = Math.max(size.columns, 1)
  const head = headOf(view, size, style)
  const foot = size.rows >= 8 ? [style('dim', cut(footerOf(view, width), width))] : []
  const body = Math.max(size.rows - head.length - foot.length, 0)
  const middle = view.help ? help.map((line) => cut(line, width)) : tableOf(view, width, body, style)
  const filled = [...middle.slice(0, body), ...Array<string>(Math.max(body - middle.length, 0)).fill('')]
  return [...head, ...filled, ...foot].slice(0, size.rows)
}

/** Lines of the table that fit on a screen. */
export const pageOf = (view: View, size: Size): number =>
  Math.max(size.rows - headOf(view, size, (_, text) => text).length - (size.rows >= 8 ? 1 : 0) - 1, 1)

/** In a low window one line of totals, and one note. */
function headOf({ shown: { frame }, paused }: View, { columns: width, rows }: Size, style: Style): string[] {
  const prefix = width < 60 ? '' : 'crossbridge top  '
  if (frame === undefined) return [style('bold', cut(prefix, width))]
  const most = rows < 14 ? 1 : rows
  const clock = paused ? 'PAUSED' : clockOf(frame.at)
  const title = fit(`${prefix}${plain(frame.title)}`, Math.max(width - clock.length - 1, 0))
  const totals = frame.totals.filter(([name, count], i) => i < 2 || count > 0 || name === 'errors')
  const words = [...totals.map(([name, count]) => `${name} ${shownCount(count)}`), ...costWords(frame)]
  return [
    style('bold', cut(`${title} ${clock}`, width)),
    ...wrapped(words, width).slice(0, most),
    ...(frame.process ? wrapped(processWords(frame.process), width).slice(0, most) : []),
    ...(frame.finding ? findingLines(frame.finding, width).slice(0, most) : []).map((line) => style('yellow', line)),
    ...frame.notes.slice(0, most).map((note) => style('yellow', cut(plain(note), width))),
  ]
}

const findingLines = (finding: LeadingFinding, width: number): string[] =>
  wrapped([`finding: ${shareText(finding)}`, plain(finding.title)], width)

const costWords = ({ currency, rows }: Frame): string[] => {
  if (currency === undefined) return []
  const perHour = rows.reduce((sum, { cost_per_h = 0 }) => sum + cost_per_h, 0)
  return [`cost ${money(perHour, currency)}/h`]
}

function processWords(one: NonNullable<NonNullable<View['shown']['frame']>['process']>): string[] {
  const { cpu_percent, loop_percent, memory_mb, heap_used_mb, stalls, longest_stall_ms, gc_percent } = one
  return [
    `cpu ${Math.round(cpu_percent)} %`,
    `loop busy ${Math.round(loop_percent)} %`,
    `memory ${Math.round(memory_mb)} MB`,
    `heap ${Math.round(heap_used_mb)} MB`,
    ...(stalls > 0 ? [`stalls ${stalls} (longest ${Math.round(longest_stall_ms)} ms)`] : []),
    ...(gc_percent >= 1 ? [`gc ${Math.round(gc_percent)} %`] : []),
    ...(one.starved_percent >= 1 ? [`starved ${Math.round(one.starved_percent)} %`] : []),
  ]
}

/** Words on as few lines as they fit on. */
function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const longer = `${lines.at(-1)}  ${word}`
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(cut(word, width))
  }
  return lines
}

function tableOf(view: View, width: number, height: number, style: Style): string[] {
  const lines = sorted(view)
  const layout = layoutOf(width, lines, view.shown.frame?.currency)
  const page = Math.max(height - 1, 0)
  const top = Math.min(view.top, Math.max(lines.length - page, 0))
  const rows = lines.slice(top, top + page).map((line) => rowOf(line, layout, style))
  return [style('inverse', headLineOf(layout, width, view)), ...rows]
}

function headLineOf({ name, columns, trend }: Layout, width: number, { order, reverse }: View): string {
  const sign = reverse ? '▴' : '▾'
  const isBy = (head: string) => head === heads[order]
  const cells = columns.map(({ head, cells, side }) => fit(isBy(head) ? `${head}${sign}` : head, cells, side))
  const line = [
    fit(isBy('scope') ? `scope${sign}` : 'scope', name),
    ...cells,
    ...(trend > 0 ? [fit('trend', trend)] : []),
  ]
  return fit(line.join(' '), width)
}

const heads = { calls: 'calls/s', time: 'p95', errors: 'errors', name: 'scope' } as const

function rowOf(line: Line, { name, columns, trend }: Layout, style: Style): string {
  const isIdle = line.calls === 0
  const painted = (colour: Parameters<Style>[0] | undefined, text: string) =>
    colour !== undefined ? style(colour, text) : isIdle ? style('dim', text) : text
  const cells = columns.map(({ cells, side, cell, colour }) => painted(colour?.(line), fit(cell(line), cells, side)))
  const shape = trend > 0 ? [style('cyan', sparkline(line.rates, trend))] : []
  return [painted(undefined, fit(plain(line.name), name)), ...cells, ...shape].join(' ')
}

const footerOf = ({ help, paused }: View, width: number) =>
  help || width < 74
    ? `q quit  ${help ? 'any key: back' : '? help'}`
    : `q quit  c calls  t p95  e errors  n name  r reverse  space ${paused ? 'go on' : 'pause'}  ? help`

const help: readonly string[] = [
  'c  by calls per second     t  by p95',
  'e  by errors               n  by name',
  'r  the other way round     space  pause, and go on',
  'arrows, page, home, end  scroll',
  'q  quit',
  '',
  'calls/s, p50, p95, max: of the last interval, dim while a scope is idle',
  'errors: since this began to look',
  'flight: calls that are under way',
  'trend: calls/s of the last 30 intervals',
  'finding: what has most of the time of recorded requests, and could be changed',
  'Of several processes calls are added up; durations are the slowest one’s.',
]

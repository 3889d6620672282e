import { count, counted, ms, percent } from '../../format.ts'
import type { ScopeReport } from '../model.ts'
import { charts, columns, durationTick, figure, figures, logDomain, logTicks, marks, rows } from './axis.ts'
import { html, type Markup } from './markup.ts'

type Percentile = readonly [name: 'p50' | 'p95' | 'p99', durationMs: number]

const height = 190

/** Calls by duration on a logarithmic axis, with p50, p95 and p99. */
export function distributionOf(scope: ScopeReport, id: string): Markup {
  const bands = scope.distribution
  const percentiles: Percentile[] = [
    ['p50', scope.p50_ms],
    ['p95', scope.p95_ms],
    ['p99', scope.p99_ms],
  ]
  const first = bands[0]?.from_ms ?? scope.p50_ms
  const [from, to] = logDomain(
    Math.min(first > 0 ? first : (bands[0]?.to_ms ?? 1) / 1.2, ...percentiles.map(([, durationMs]) => durationMs || 1)),
    Math.max(bands.at(-1)?.to_ms ?? 1, ...percentiles.map(([, durationMs]) => durationMs)),
  )
  const log = charts.scaleLog([from, to], [0, 100]).clamp(true)
  const x = (durationMs: number) => log(Math.max(durationMs, from))
  const most = Math.max(1, ...bands.map(({ calls }) => calls))
  const y = charts.scaleLinear([0, most], [height, 0]).nice(4)
  // Labels lie above the lines that they could cross: all to the right of theirs, or all to the left.
  const isLeft = x(scope.p99_ms) > 65
  const plot = html`${rows(
    y
      .ticks(4)
      .filter(Number.isInteger)
      .map((calls) => ({ at: y(calls), label: count(calls) })),
  )}<g class="bars">${bands.map(({ from_ms, to_ms, calls }) => {
    const width = x(to_ms) - x(from_ms)
    return html`<rect x="${x(from_ms) + width * 0.06}%" width="${width * 0.88}%" y="${Math.min(y(calls), height - (calls > 0 ? 1.5 : 0))}" height="${Math.max(height - y(calls), calls > 0 ? 1.5 : 0)}"/>`
  })}</g>${columns(
    logTicks(from, to).map((durationMs) => durationTick(x(durationMs), durationMs)),
    height,
  )}<g class="percentiles">${percentiles.map(([name, durationMs], i) =>
    labelled(name, durationMs, x(durationMs), -8 - 15 * (isLeft ? i : 2 - i), isLeft),
  )}</g>${marks(bands.map(({ from_ms, to_ms }) => [x(from_ms), x(to_ms)]))}`
  return figure({
    id,
    kind: 'distribution',
    title: 'Calls by duration',
    description: `${counted(scope.calls, 'call')} on a logarithmic axis of duration. ${percentiles.map(([name, durationMs]) => `${name} ${ms(durationMs)}`).join(', ')}, slowest ${ms(scope.max_ms)}.`,
    legend: html`<span class="keys">calls in each band of duration, logarithmic</span>`,
    plot,
    height,
    table: tableOf(scope),
  })
}

const tableOf = ({ distribution, calls: all }: ScopeReport) =>
  figures(
    'Figures of calls by duration',
    ['Duration', 'Calls', 'Share'],
    distribution.map(({ from_ms, to_ms, calls }) => [
      `${ms(from_ms)} to ${ms(to_ms)}`,
      count(calls),
      percent(calls / Math.max(1, all)),
    ]),
  )

/** A line up to its label. */
const labelled = (name: string, durationMs: number, at: number, y: number, isLeft: boolean): Markup =>
  html`<line class="${name}" x1="${at}%" x2="${at}%" y1="${y - 8}" y2="${height}"/><text x="${at}%" y="${y}" dx="${isLeft ? -5 : 5}" text-anchor="${isLeft ? 'end' : 'start'}">${name} <tspan>${ms(durationMs)}</tspan></text>`

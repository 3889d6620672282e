import { count } from '../../../format.ts'
import { charts, columns, figure, figures, logDomain, logTicks, marks, rows } from '../../../report/page/axis.ts'
import { html, type Markup } from '../../../report/page/markup.ts'
import { digits, kinds } from '../../figures/figure.ts'
import { loadTitle } from '../../figures/load.ts'
import type { BenchReport, Standing } from '../../model.ts'
import { keysOf, pointAt, type Series } from './series.ts'

const height = 300
/** Pixels between the labels of two points. */
const between = 15
const longestName = 24

interface Point {
  readonly series: Series
  /** Variants with the same are settings of one thing, and a line goes through them. */
  readonly what: string
  readonly found: number
  readonly throughput: number
}

/** Throughput over recall, as ann-benchmarks draws it: further up and to the right is better. Undefined where nothing tells what was found. */
export function tradeoffOf(report: BenchReport, load: number, series: readonly Series[]): Markup | undefined {
  const { plan } = report.result
  const asked = plan.loads[load]
  const standings = report.standings.filter((one) => one.load === load)
  const measure = (['recall', 'overlap'] as const).find(
    (one) => standings.filter(({ figures: all }) => all[one] !== undefined).length > 1,
  )
  // An open loop does as many operations as it was asked for.
  if (asked?.kind !== 'closed' || measure === undefined) return undefined
  const points = pointsOf(report, standings, measure, series)
  if (points.length === 0) return undefined
  const [low, high] = domainOf(points.map(({ found }) => found))
  const x = charts.scaleLinear([low, high], [0, 100])
  const [from, to] = logDomain(...extremes(points.map(({ throughput }) => throughput)))
  const log = charts.scaleLog([from / 1.15, to * 1.15], [height, 0])
  const sorted = [...points].sort((a, b) => a.found - b.found)
  const plot = html`${rows(logTicks(from / 1.15, to * 1.15).map((value) => ({ at: log(value), label: short(value) })))}${columns(
    x.ticks(5).map((found) => ({ at: x(found), label: kinds[measure].cell(found) })),
    height,
  )}${curvesOf(sorted, x, log)}<g>${points.map((point) => pointAt(point.series, x(point.found), log(point.throughput)))}</g>${labelsOf(points, x, log)}${marks(bandsOf(sorted.map(({ found }) => x(found))))}`
  const title = `Operations a second over ${kinds[measure].name}, ${loadTitle(asked).replace(/^C/, 'c')}`
  return figure({
    id: `load-${load}`,
    kind: 'tradeoff',
    title,
    description: points
      .map(
        ({ series: { name }, found, throughput }) =>
          `${name}: ${kinds[measure].show(found, '')} at ${short(throughput)} operations a second`,
      )
      .join('; '),
    legend: keysOf(
      points.map((point) => point.series),
      false,
      `${kinds[measure].name} to the right, operations a second upwards, logarithmic: further up and to the right is better`,
    ),
    plot,
    height,
    table: figures(
      `Figures of ${title}`,
      ['Variant', measure === 'recall' ? 'Recall' : 'Overlap', 'Operations a second'],
      sorted.map((point) => [point.series.name, kinds[measure].cell(point.found), short(point.throughput)]),
    ),
  })
}

const short = (value: number) => (value < 9.995 ? digits(value) : count(value))

function pointsOf(
  { result }: BenchReport,
  standings: readonly Standing[],
  measure: 'recall' | 'overlap',
  series: readonly Series[],
): Point[] {
  return result.plan.variants.flatMap(({ name, what, kind }, i) => {
    const all = standings.find(({ variant }) => variant === name)?.figures
    // The baseline has all of its own results.
    const found = all?.[measure]?.value ?? (measure === 'overlap' && name === result.plan.baseline ? 1 : undefined)
    const throughput = all?.throughput?.value
    const one = series[i]
    if (found === undefined || throughput === undefined || throughput <= 0 || one === undefined) return []
    return [{ series: one, what: kind === 'adapter' ? what : name, found, throughput }]
  })
}

/** With room at both ends, and never beyond 1. */
function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = extremes(values)
  const room = Math.max(0.02, (high - low) * 0.15)
  return [Math.max(0, low - room), Math.min(1, high + room)]
}

const extremes = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)]

/** From the middle to the last one, to the middle to the next. */
function bandsOf(at: readonly number[]): [number, number][] {
  const middle = (i: number) => ((at[i - 1] ?? 0) + (at[i] ?? 100)) / 2
  return at.map((_, i) => [i === 0 ? 0 : middle(i), i === at.length - 1 ? 100 : middle(i + 1)])
}

type Scale = (value: number) => number

function curvesOf(sorted: readonly Point[], x: Scale, y: Scale): Markup {
  const groups = [...new Set(sorted.map(({ what }) => what))].map((what) => sorted.filter((one) => one.what === what))
  const line = charts
    .line<Point>()
    .x(({ found }) => x(found) * 10)
    .y(({ throughput }) => y(throughput))
  return html`<svg class="lines" viewBox="0 0 1000 ${height}" width="100%" height="${height}" preserveAspectRatio="none">${groups
    .filter(({ length }) => length > 1)
    .map((group) => html`<path class="curve" d="${line(group) ?? ''}"/>`)}</svg>`
}

/** Percent of a plot for a letter: enough on a wide screen, a guess on a narrow one. */
const letter = 2

/** Beside each point, lower where another label is. */
function labelsOf(points: readonly Point[], x: Scale, y: Scale): Markup {
  const placed: { at: number; from: number; to: number }[] = []
  const labels = [...points]
    .sort((a, b) => y(a.throughput) - y(b.throughput))
    .map((point) => {
      const { name } = point.series
      const text = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name
      const [across, isLeft] = [x(point.found), x(point.found) > 60]
      const [from, to] = isLeft ? [across - text.length * letter, across] : [across, across + text.length * letter]
      let at = y(point.throughput)
      while (placed.some((one) => Math.abs(one.at - at) < between && one.from < to && from < one.to)) at += between
      placed.push({ at, from, to })
      return html`<text x="${across}%" y="${at}" dx="${isLeft ? -11 : 11}" dy="0.32em" text-anchor="${isLeft ? 'end' : 'start'}">${text}</text>`
    })
  return html`<g class="labels">${labels}</g>`
}

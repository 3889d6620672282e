import { ms, percent } from '../../../format.ts'
import { charts, columns, durationTick, figure, figures, logDomain, logTicks, rows } from '../../../report/page/axis.ts'
import { html, type Markup } from '../../../report/page/markup.ts'
import { loadTitle } from '../../figures/load.ts'
import { isWhole, runsOf } from '../../figures/standings.ts'
import type { BenchReport } from '../../model.ts'
import { keysOf, type Series } from './series.ts'

const height = 260
/** Of which the table has a row. */
const told = [100, 99, 95, 90, 75, 50, 25, 10, 1]

interface Curve {
  readonly series: Series
  /** 101 of them, 0 % to 100 %. */
  readonly quantiles: readonly number[]
}

/** The share of the operations that took no longer than a time, of all rounds together. Undefined where no run has latencies. */
export function ecdfOf(report: BenchReport, load: number, series: readonly Series[]): Markup | undefined {
  const asked = report.result.plan.loads[load]
  const curves = series.flatMap((one): Curve[] => {
    const runs = runsOf(report.result, one.name, load).filter(isWhole)
    const all = runs.flatMap(({ quantiles_ms }) => quantiles_ms).filter(Number.isFinite)
    return all.length === 0 ? [] : [{ series: one, quantiles: pooled(all) }]
  })
  if (asked === undefined || curves.length === 0) return undefined
  const all = curves.flatMap(({ quantiles }) => quantiles)
  const [from, to] = logDomain(Math.min(...all), Math.max(...all))
  const log = charts.scaleLog([from, to], [0, 100]).clamp(true)
  const x = (durationMs: number) => log(Math.max(durationMs, from))
  const y = charts.scaleLinear([0, 100], [height, 0])
  const line = charts
    .line<number>()
    .x((durationMs) => x(durationMs) * 10)
    .y((_, i) => y(i))
  const plot = html`${rows([0, 25, 50, 75, 95, 100].map((share) => ({ at: y(share), label: share === 100 ? '' : percent(share / 100) })))}${columns(
    logTicks(from, to).map((durationMs) => durationTick(x(durationMs), durationMs)),
    height,
  )}<svg class="lines" viewBox="0 0 1000 ${height}" width="100%" height="${height}" preserveAspectRatio="none">${curves.map(
    ({ series: { tint, dashes }, quantiles }) =>
      html`<path class="series ${tint}" stroke-dasharray="${dashes}" d="${line([...quantiles]) ?? ''}"/>`,
  )}</svg><g><title></title>${told.map((share, i) => {
    const [above, below] = [told[i - 1], told[i + 1]]
    const [top, end] = [y(((above ?? 100) + share) / 2), y(((below ?? 0) + share) / 2)]
    return html`<rect class="mark" x="0" width="100%" y="${top}" style="height:${Math.max(1, end - top).toFixed(1)}px"/>`
  })}</g>`
  const title = `Latency, ${loadTitle(asked).replace(/^C/, 'c')}`
  const cellsOf = (share: number) => curves.map(({ quantiles }) => ms(quantiles[share] ?? 0))
  return figure({
    id: `load-${load}`,
    kind: 'ecdf',
    title,
    description: `Share of the operations that took no longer. ${curves
      .map(
        ({ series: { name }, quantiles }) =>
          `${name}: half within ${ms(quantiles[50] ?? 0)}, 95 % within ${ms(quantiles[95] ?? 0)}`,
      )
      .join('; ')}.`,
    legend: keysOf(
      curves.map((curve) => curve.series),
      true,
      'share of the operations that took no longer; the time is logarithmic',
    ),
    plot,
    height,
    table: figures(
      `Figures of ${title}`,
      ['Share of the operations', ...curves.map((curve) => curve.series.name)],
      told.map((share) => [percent(share / 100), ...cellsOf(share)]),
    ),
  })
}

/** The quantiles of all runs as those of one: each run has as many. */
function pooled(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return Array.from({ length: 101 }, (_, i) => sorted[Math.round((i / 100) * (sorted.length - 1))] ?? 0)
}

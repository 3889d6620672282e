import { count, counted, ms, percent } from '../../format.ts'
import { bandsOf } from '../../report/bands.ts'
import {
  charts,
  columns,
  durationTick,
  figure,
  figures,
  logDomain,
  logTicks,
  marks,
  rows,
} from '../../report/page/axis.ts'
import { html, type Markup } from '../../report/page/markup.ts'
import { type Cells, sketchOf } from '../../report/timeline.ts'

const height = 184

/** The calls of both runs by duration, as shares of each run's: the run after as bars, the one before as a line. */
export function distributionOf(cellsBefore: Cells, cellsAfter: Cells, id: string): Markup {
  const [before, after] = [sketchOf(cellsBefore.values()), sketchOf(cellsAfter.values())]
  const range = [Math.min(before.min, after.min), Math.max(before.max, after.max)] as const
  const [was, is] = [bandsOf(before, range), bandsOf(after, range)]
  const bands = is.map(({ from_ms, to_ms, calls }, i) => ({
    ...{ from_ms, to_ms, calls: { before: was[i]?.calls ?? 0, after: calls } },
    before: (was[i]?.calls ?? 0) / Math.max(1, before.count),
    after: calls / Math.max(1, after.count),
  }))
  const [from, to] = logDomain(bands[0]?.from_ms ?? 1, bands.at(-1)?.to_ms ?? 1)
  const log = charts.scaleLog([from, to], [0, 100]).clamp(true)
  const x = (durationMs: number) => log(Math.max(durationMs, from))
  const most = Math.max(1e-6, ...bands.flatMap((band) => [band.before, band.after]))
  const y = charts.scaleLinear([0, most], [height, 0]).nice(4)
  const plot = html`${rows(y.ticks(4).map((share) => ({ at: y(share), label: percent(share) })))}<g class="bars">${bands.map(
    (band) => {
      const width = x(band.to_ms) - x(band.from_ms)
      return html`<rect x="${x(band.from_ms) + width * 0.06}%" width="${width * 0.88}%" y="${y(band.after)}" height="${height - y(band.after)}"/>`
    },
  )}</g><g class="outline">${bands.map((band, i) => {
    const last = y(bands[i - 1]?.before ?? 0)
    return html`<line x1="${x(band.from_ms)}%" x2="${x(band.from_ms)}%" y1="${last}" y2="${y(band.before)}"/><line x1="${x(band.from_ms)}%" x2="${x(band.to_ms)}%" y1="${y(band.before)}" y2="${y(band.before)}"/>`
  })}</g>${columns(
    logTicks(from, to).map((durationMs) => durationTick(x(durationMs), durationMs)),
    height,
  )}${marks(bands.map(({ from_ms, to_ms }) => [x(from_ms), x(to_ms)]))}`
  return figure({
    id,
    kind: 'shares',
    title: 'Calls by duration',
    description: `${counted(before.count, 'call')} before and ${counted(after.count, 'call')} after, on a logarithmic axis of duration.`,
    legend: html`<span class="keys"><span class="key before">before</span> <span class="key after">after</span> share of the calls in each band, logarithmic</span>`,
    plot,
    height,
    table: figures(
      'Figures of calls by duration',
      ['Duration', 'Before', 'After', 'Share before', 'Share after'],
      bands.map(({ from_ms, to_ms, calls, before: b, after: a }) => [
        `${ms(from_ms)} to ${ms(to_ms)}`,
        ...[count(calls.before), count(calls.after), percent(b), percent(a)],
      ]),
    ),
  })
}

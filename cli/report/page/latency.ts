import { count, counted, moment, ms } from '../../format.ts'
import type { ScopeReport, Span } from '../model.ts'
import { charts, columns, durationTick, figure, figures, logDomain, logTicks, marks, rows, type Tick } from './axis.ts'
import { html, type Markup } from './markup.ts'
import { clockOf, momentOf } from './moments.ts'

type Measure = 'p50_ms' | 'p95_ms' | 'max_ms'
const height = 218
const measures: readonly Measure[] = ['max_ms', 'p95_ms', 'p50_ms']

/** p50, p95 and the slowest call over time, with marks where calls failed. All scopes share the time axis. */
export function latencyOf(scope: ScopeReport, id: string, from: number, to: number): Markup {
  const spans = scope.timeline
  const failed = spans.filter(({ errors }) => errors > 0)
  const time = charts.scaleUtc(from < to ? [from * 1000, to * 1000] : [from * 1000 - 500, from * 1000 + 500], [0, 100])
  const { y, ticks, isLog } = heightOf(spans)
  const x = (span: Span) => time(((span.from + span.to) / 2) * 1000)
  const plot = html`${rows(ticks)}${columns(timeTicks(time, to - from), height)}${linesOf(spans, x, y)}
<g class="errors">${failed.map((span) => html`<svg x="${x(span)}%" y="-14" overflow="visible"><path d="M-4-4 4 4M-4 4 4-4"/></svg>`)}</g>${marks(
    spans.map((span) => [time(span.from * 1000), time(span.to * 1000)]),
  )}`
  return figure({
    id,
    kind: 'latency',
    title: `Latency over time${isLog ? ', logarithmic' : ''}`,
    description: descriptionOf(spans, failed),
    legend: html`<span class="keys"><span class="key p50">p50</span> <span class="key p95">p95</span> <span class="key max">slowest</span>${failed.length > 0 && html` <span class="key failed">calls failed</span>`}</span>`,
    plot,
    height,
    table: tableOf(spans),
  })
}

const tableOf = (spans: readonly Span[]) =>
  figures(
    'Figures of latency over time',
    ['Span (UTC)', 'Calls', 'Errors', 'p50', 'p95', 'Slowest'],
    spans.map(({ from, to, calls, errors, p50_ms, p95_ms, max_ms }) => [
      `${momentOf(from)} to ${clockOf(to)}`,
      count(calls),
      count(errors),
      ...[p50_ms, p95_ms, max_ms].map(ms),
    ]),
  )

function descriptionOf(spans: readonly Span[], failed: readonly Span[]): string {
  if (spans.length === 0) return 'No calls.'
  const slowest = spans.reduce((most, span) => (span.max_ms > most.max_ms ? span : most))
  const [low, high] = [Math.min(...spans.map(({ p50_ms }) => p50_ms)), Math.max(...spans.map(({ p50_ms }) => p50_ms))]
  return `${counted(spans.length, 'span')} of time with calls. p50 is between ${ms(low)} and ${ms(high)}; the slowest call took ${ms(slowest.max_ms)}, in the span from ${moment(slowest.from)}. Calls failed in ${counted(failed.length, 'span')}.`
}

/** Linear from zero; logarithmic where the slowest call would press the rest flat. */
function heightOf(spans: readonly Span[]): { y: (durationMs: number) => number; ticks: Tick[]; isLog: boolean } {
  const high = Math.max(1e-3, ...spans.map(({ max_ms }) => max_ms))
  const low = Math.max(1e-3, Math.min(high, ...spans.map(({ p50_ms }) => p50_ms)))
  if (high / low <= 12) {
    const linear = charts.scaleLinear([0, high], [height, 0]).nice(4)
    return {
      y: linear,
      ticks: linear.ticks(4).map((durationMs) => durationTick(linear(durationMs), durationMs)),
      isLog: false,
    }
  }
  const [from, to] = logDomain(low / 1.3, high * 1.15)
  const log = charts.scaleLog([from, to], [height, 0]).clamp(true)
  const ticks = logTicks(from, to).map((durationMs) => durationTick(log(durationMs), durationMs))
  return { y: (durationMs) => log(Math.max(durationMs, 1e-3)), ticks, isLog: true }
}

/** A line for each measure, stretched to the width of the page; a span without neighbours is a dot. */
function linesOf(spans: readonly Span[], x: (span: Span) => number, y: (durationMs: number) => number): Markup {
  const runs = runsOf(spans)
  const alone = runs.flatMap((run) => (run.length === 1 ? run : []))
  const stretched = (span: Span) => x(span) * 10
  const line = (measure: Measure) =>
    charts
      .line<Span>()
      .x(stretched)
      .y((span) => y(span[measure]))
  const between = charts
    .area<Span>()
    .x(stretched)
    .y0((span) => y(span.p50_ms))
    .y1((span) => y(span.p95_ms))
  return html`<svg class="lines" viewBox="0 0 1000 ${height}" width="100%" height="${height}" preserveAspectRatio="none"><path class="between" d="${runs.map((run) => between(run) ?? '')}"/>${measures.map(
    (measure) => html`<path class="${measure}" d="${runs.map((run) => line(measure)(run) ?? '')}"/>`,
  )}</svg>${alone.flatMap((span) =>
    measures.map((measure) => html`<circle class="${measure}" cx="${x(span)}%" cy="${y(span[measure])}" r="3"/>`),
  )}`
}

/** Spans that follow on each other without one that had no calls. */
function runsOf(spans: readonly Span[]): Span[][] {
  const runs: Span[][] = []
  for (const span of spans) {
    const last = runs.at(-1)?.at(-1)
    if (last !== undefined && span.from - last.to < (last.to - last.from) / 2) runs.at(-1)?.push(span)
    else runs.push([span])
  }
  return runs
}

function timeTicks(time: { ticks(count: number): Date[]; (at: Date): number }, seconds: number): Tick[] {
  const labelOf = (at: Date) => {
    const iso = at.toISOString()
    if (seconds < 10) return iso.slice(14, 23)
    if (seconds < 600) return iso.slice(11, 19)
    return seconds < 172_800 ? iso.slice(11, 16) : iso.slice(5, 10)
  }
  const ticks = time.ticks(6)
  const every = Math.ceil(ticks.length / (seconds < 600 ? 5 : 9))
  return ticks.filter((_, i) => i % every === 0).map((at) => ({ at: time(at), label: labelOf(at) }))
}

import type * as d3Scale from 'd3-scale'
import type * as d3Shape from 'd3-shape'
import { vendored } from '../../../agent/chunk.ts'
import { ms } from '../../format.ts'
import { html, type Markup } from './markup.ts'

type Charts = Pick<typeof d3Scale, 'scaleLinear' | 'scaleLog' | 'scaleUtc'> & Pick<typeof d3Shape, 'area' | 'line'>

/** d3, as far as the charts need it. */
export const charts = vendored<Charts>('charts')

/** A line across the plot, or up through it, with its label outside. */
export interface Tick {
  /** Percent from the left, or pixels from the top. */
  readonly at: number
  readonly label: string
}

/** Durations of a logarithmic axis that are worth a label: 1, 2 and 5 of each decade, or its 1 alone where there are many. */
export function logTicks(from: number, to: number): number[] {
  const decades = Math.log10(to / from)
  const steps = decades > 4 ? [1] : decades > 2 ? [1, 3] : [1, 2, 5]
  const first = Math.floor(Math.log10(from))
  const powers = Array.from({ length: Math.ceil(decades) + 2 }, (_, i) => 10 ** (first + i))
  return powers.flatMap((power) => steps.map((step) => step * power)).filter((tick) => tick >= from && tick <= to)
}

/** At least a decade, with the values in its middle. */
export function logDomain(low: number, high: number): [number, number] {
  const from = Math.max(low, 1e-3)
  const to = Math.max(high, from)
  if (to / from >= 10) return [from, to]
  const room = Math.sqrt(10 / (to / from))
  return [from / room, to * room]
}

export const durationTick = (at: number, durationMs: number): Tick => ({ at, label: ms(durationMs) })

/** Lines across, labelled at the left. */
export const rows = (ticks: readonly Tick[]): Markup =>
  html`<g class="axis">${ticks.map(
    ({ at, label }) =>
      html`<line x1="0" x2="100%" y1="${at}" y2="${at}"/><text x="-8" y="${at}" dy="0.32em" text-anchor="end">${label}</text>`,
  )}</g>`

/** Ticks below, of which a narrow screen shows every second label. */
export const columns = (ticks: readonly Tick[], height: number): Markup =>
  html`<g class="axis"><line class="base" x1="0" x2="100%" y1="${height}" y2="${height}"/>${ticks.map(
    ({ at, label }, i) =>
      html`<line class="base" x1="${at}%" x2="${at}%" y1="${height}" y2="${height + 5}"/><text${i % 2 === 1 && ticks.length > 4 && html` class="second"`} x="${at}%" y="${height + 20}" text-anchor="middle">${label}</text>`,
  )}</g>`

/** The stops of the pointer and the arrow keys, from and to in percent; without the chart's own title as a tooltip. */
export const marks = (ranges: readonly (readonly [from: number, to: number])[]): Markup =>
  html`<g><title></title>${ranges.map(
    ([from, to]) => html`<rect class="mark" x="${from}%" width="${Math.max(0.1, to - from)}%"/>`,
  )}</g>`

interface Figure {
  readonly id: string
  readonly kind: 'latency' | 'distribution' | 'noise' | 'shares' | 'tradeoff' | 'ecdf' | 'amounts'
  readonly title: string
  /** The chart in words. */
  readonly description: string
  readonly legend: Markup
  /** Within a width in percent, and a height in pixels. */
  readonly plot: Markup
  readonly height: number
  /** Its figures, a row for each mark of the plot. */
  readonly table: Markup
}

/** A chart, with its figures as a table. */
export function figure({ id, kind, title, description, legend, plot, height, table }: Figure): Markup {
  const name = `${id}-${kind}`
  return html`<figure class="${kind}" aria-labelledby="${name}"><figcaption><span id="${name}" class="what">${title}</span>${legend}</figcaption>
<div class="plot" data-steps data-name="${title}"><svg width="100%" height="${height}" role="img" aria-labelledby="${name}-title ${name}-desc"><title id="${name}-title">${title}</title><desc id="${name}-desc">${description}</desc>${plot}</svg></div>
<details class="figures"><summary>Figures of this chart<span class="sr">: ${title}</span></summary>${table}</details></figure>`
}

/** A table of figures: the first column names the row. */
export const figures = (caption: string, head: readonly string[], rows: readonly (readonly (string | Markup)[])[]) =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table><thead><tr>${head.map(
    (cell) => html`<th scope="col">${cell}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ([first = '', ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`

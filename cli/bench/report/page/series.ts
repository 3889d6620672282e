import { html, type Markup } from '../../../report/page/markup.ts'

/** How a variant is drawn in every chart: by colour, and by shape and dashes for who sees no colours. */
export interface Series {
  readonly name: string
  /** A class of page.css. */
  readonly tint: string
  readonly dashes: string
  /** A path around 0, 0. */
  readonly shape: string
}

const shapes = [
  'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z',
  'M-4.5-4.5h9v9h-9z',
  'M0-6 6 5h-12z',
  'M0-6.5 5.5 0 0 6.5-5.5 0z',
  'M0 6-6-5h12z',
  'M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z',
]
const dashes = ['', '7 3', '2 3', '9 3 2 3', '12 4', '5 2 1 2 1 2']
const tints = 6

/** The i-th variant's; the seventh has the first one's colour and the second one's shape. */
export function seriesOf(names: readonly string[]): Series[] {
  return names.map((name, i) => {
    const turn = (i + Math.floor(i / tints)) % shapes.length
    return { name, tint: `series-${i % tints}`, dashes: dashes[turn] ?? '', shape: shapes[turn] ?? '' }
  })
}

/** A point of a plot, in percent from the left and pixels from the top. */
export const pointAt = ({ tint, shape }: Series, x: number, y: number): Markup =>
  html`<svg class="point ${tint}" x="${x}%" y="${y}" overflow="visible"><path d="${shape}"/></svg>`

/** The names of a chart, each with its shape, or the line that it is drawn with; below them what the axes are. */
export const keysOf = (all: readonly Series[], isLine: boolean, axes: string): Markup =>
  html`<span class="keys">${all.map(
    ({ name, tint, dashes: pattern, shape }) =>
      html`<span class="point ${tint}">${
        isLine
          ? html`<svg class="swatch" viewBox="0 0 36 12" aria-hidden="true"><line x1="0" x2="36" y1="6" y2="6" stroke-dasharray="${pattern}"/></svg>`
          : html`<svg class="swatch short" viewBox="-6 -6 12 12" aria-hidden="true"><path d="${shape}"/></svg>`
      }<span class="series-name">${name}</span></span> `,
  )}<span class="axes">${axes}</span></span>`

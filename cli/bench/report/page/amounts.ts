import { charts, figure, figures } from '../../../report/page/axis.ts'
import { html, type Markup } from '../../../report/page/markup.ts'
import type { Estimate } from '../../model.ts'
import type { Series } from './series.ts'

const rowPx = 42
const barPx = 14

/** One amount of each variant. */
export interface Amounts {
  readonly id: string
  readonly title: string
  readonly amounts: readonly { readonly series: Series; readonly estimate: Estimate }[]
  show(value: number): string
}

/** Bars from zero, with the intervals of those that have one. */
export function amountsOf({ id, title, amounts, show }: Amounts): Markup | undefined {
  if (amounts.length === 0) return undefined
  const most = Math.max(1e-9, ...amounts.map(({ estimate }) => estimate.high ?? estimate.value))
  const x = charts.scaleLinear([0, most], [0, 100])
  const height = amounts.length * rowPx
  const plot = html`${amounts.map(({ series: { name, tint }, estimate: { value, low, high } }, i) => {
    const y = i * rowPx + 16
    return html`<g class="amount ${tint}"><text x="0" y="${y}" dy="-4">${name} <tspan>${show(value)}</tspan></text><rect x="0" width="${x(value)}%" y="${y + 3}" height="${barPx}"/>${
      low !== undefined &&
      high !== undefined &&
      high > low &&
      html`<line x1="${x(low)}%" x2="${x(high)}%" y1="${y + 3 + barPx / 2}" y2="${y + 3 + barPx / 2}"/>`
    }</g>`
  })}<g><title></title>${amounts.map(
    (_, i) => html`<rect class="mark" x="0" width="100%" y="${i * rowPx}" style="height:${rowPx}px"/>`,
  )}</g>`
  const hasIntervals = amounts.some(({ estimate }) => estimate.low !== undefined)
  return figure({
    id,
    kind: 'amounts',
    title,
    description: amounts.map(({ series: { name }, estimate }) => `${name} ${show(estimate.value)}`).join('; '),
    legend: html`<span class="keys">${hasIntervals ? 'the line is the 99 % interval' : ''}</span>`,
    plot,
    height,
    table: figures(
      `Figures of ${title}`,
      ['Variant', 'Figure', ...(hasIntervals ? ['Its interval'] : [])],
      amounts.map(({ series: { name }, estimate: { value, low, high } }) => [
        name,
        show(value),
        ...(hasIntervals ? [low === undefined || high === undefined ? '' : `${show(low)} to ${show(high)}`] : []),
      ]),
    ),
  })
}

import { ms } from '../../../format.ts'
import { charts, figure, figures } from '../../../report/page/axis.ts'
import { html, type Markup } from '../../../report/page/markup.ts'
import { kinds } from '../../figures/figure.ts'
import type { BenchReport, Estimate } from '../../model.ts'
import { sizeWords } from '../sections.ts'
import type { Series } from './series.ts'

const rowPx = 42
const barPx = 14

/** One amount of each variant. */
interface Amounts {
  readonly id: string
  readonly title: string
  readonly amounts: readonly { readonly series: Series; readonly estimate: Estimate }[]
  show(value: number): string
}

/** Bars from zero, with the intervals of those that have one. */
function amountsOf({ id, title, amounts, show }: Amounts): Markup | undefined {
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

/** Cost, and what a build took; each where there is one. */
export function amountFigures({ result, standings }: BenchReport, series: readonly Series[]) {
  const of = (pick: (name: string) => { value: number; low?: number; high?: number } | undefined) =>
    series.flatMap((one) => {
      const estimate = pick(one.name)
      return estimate === undefined ? [] : [{ series: one, estimate }]
    })
  const buildOf = (name: string) => result.builds.find(({ variant }) => variant === name)
  const sizeOf = (name: string) => buildOf(name)?.bytes
  return [
    amountsOf({
      id: 'cost',
      title: 'Cost of a thousand operations',
      amounts: of((name) => standings.find(({ variant, figures }) => variant === name && figures.cost)?.figures.cost),
      show: (value) => kinds.cost.show(value, result.currency),
    }),
    amountsOf({
      id: 'build-time',
      title: 'Time to build',
      amounts: of((name) => known(buildOf(name)?.build_ms)),
      show: ms,
    }),
    amountsOf({
      id: 'build-size',
      title: 'Size of what was built',
      amounts: of((name) => known(sizeOf(name))),
      show: sizeWords,
    }),
  ]
}

const known = (value: number | undefined) => (value === undefined ? undefined : { value })

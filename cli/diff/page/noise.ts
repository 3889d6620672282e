import { ms, percent } from '../../format.ts'
import { charts, columns, durationTick, figure, figures, logDomain, logTicks, rows } from '../../report/page/axis.ts'
import { html, type Markup } from '../../report/page/markup.ts'
import type { Change, Pair } from '../compare.ts'
import type { Estimate, Metric } from '../noise.ts'
import { signed } from '../words.ts'

const rowPx = 46
const timed: readonly Metric[] = ['p50', 'p95', 'p99', 'mean']

/** The figures of both runs, each with the interval in which it might as well have come out. */
export function noiseOf({ changes }: Pair, id: string): Markup {
  const drawn = timed.flatMap((metric) => changes.find((one) => one.metric === metric) ?? [])
  const all = drawn.flatMap(({ before, after }) => [before, after])
  const [from, to] = logDomain(Math.min(...all.map(({ low }) => low)), Math.max(...all.map(({ high }) => high)))
  const log = charts.scaleLog([from, to], [0, 100]).clamp(true)
  const x = (durationMs: number) => log(Math.max(durationMs, from))
  const height = drawn.length * rowPx
  const plot = html`${rows(drawn.map(({ metric }, i) => ({ at: (i + 0.5) * rowPx, label: metric })))}${columns(
    logTicks(from, to).map((durationMs) => durationTick(x(durationMs), durationMs)),
    height,
  )}<g class="intervals">${drawn.map(({ before, after }, i) => [
    intervalOf('before', before, x, (i + 0.5) * rowPx - 8),
    intervalOf('after', after, x, (i + 0.5) * rowPx + 8),
  ])}</g><g><title></title>${drawn.map(
    (_, i) => html`<rect class="mark" x="0" width="100%" y="${i * rowPx}" style="height:${rowPx}px"/>`,
  )}</g>`
  return figure({
    id,
    kind: 'noise',
    title: 'Durations, with their noise',
    description: drawn
      .map((change) => `${change.metric} ${ms(change.before.value)} before, ${ms(change.after.value)} after`)
      .join('; '),
    legend: html`<span class="keys"><span class="key before">before</span> <span class="key after">after</span> the line is the 99 % interval</span>`,
    plot,
    height,
    table: tableOf(changes),
  })
}

const intervalOf = (
  run: string,
  { value, low, high }: Estimate,
  x: (durationMs: number) => number,
  y: number,
): Markup =>
  html`<line class="${run}" x1="${x(low)}%" x2="${x(high)}%" y1="${y}" y2="${y}"/><circle class="${run}" cx="${x(value)}%" cy="${y}" r="4"/>`

function tableOf(changes: readonly Change[]): Markup {
  const order = [...timed, 'errors']
  const sorted = [...changes].sort((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric))
  return figures(
    'Figures of both runs',
    ['Figure', 'Before', 'Its interval', 'After', 'Its interval', 'Change'],
    sorted.map(({ metric, before, after, change, certain }) => {
      const show = metric === 'errors' ? percent : ms
      const interval = ({ low, high }: Estimate) => `${show(Math.max(0, low))} to ${show(Math.max(0, high))}`
      const by = metric === 'errors' ? `${change > 0 ? '+' : ''}${percent(change)}` : signed(change)
      return [metric, show(before.value), interval(before), show(after.value), interval(after), certain ? by : '~']
    }),
  )
}

import { count, counted, ms, percent } from '../format.ts'
import type { Collected } from '../report/collect.ts'
import { pageOf } from '../report/html.ts'
import { html, type Markup, prose } from '../report/page/markup.ts'
import type { Comparison } from './compare.ts'
import type { CostChange } from './cost.ts'
import { type Broken, sentenceOf } from './limit.ts'
import { costsOf } from './page/costs.ts'
import { findingsOf } from './page/findings.ts'
import { detailsOf, scopesOf } from './page/scopes.ts'

/** A run as it was given: its file, and what was read of it. */
export interface Side {
  readonly name: string
  readonly collected: Collected
}

export interface Compared {
  readonly before: Side
  readonly after: Side
  readonly comparison: Comparison
  /** What has a price in either run. */
  readonly costs: readonly CostChange[]
  readonly currency: string
  readonly notes: readonly string[]
  readonly broken: readonly Broken[]
}

/** Two runs compared with each other, as one HTML page that needs nothing else. */
export function diffPageOf(compared: Compared): string {
  const { before, after, comparison, costs, currency } = compared
  return pageOf(`Comparison: ${before.name} and ${after.name}`, headlineOf(compared), [
    ['scopes', 'Scopes', scopesOf(comparison)],
    ['scope', 'Scope in detail', detailsOf(comparison, before.collected, after.collected)],
    ...(costs.length === 0 ? [] : [['costs', 'Costs', costsOf(costs, currency)] as const]),
    ['findings', 'Recommendations', findingsOf(before.collected.findings, after.collected.findings)],
    ['about', 'About', about],
  ])
}

function headlineOf({ before, after, comparison, notes, broken }: Compared): Markup {
  const { pairs, only_before, only_after } = comparison
  const verdicts = (verdict: string) => pairs.filter((pair) => pair.verdict === verdict).length
  const failing = pairs.filter(({ changes }) =>
    changes.some(({ metric, certain, change }) => metric === 'errors' && certain && change > 0),
  ).length
  const more = [...only('before', only_before), ...only('after', only_after), ...notes]
  return html`<header><p class="kind">Comparison of two runs</p><h1>${titleOf(verdicts('slower'), verdicts('faster'), failing, pairs.length)}</h1>
<p class="span">from <b>${before.name}</b> to <b>${after.name}</b></p>
${keyFigures(before.collected, after.collected, verdicts, failing)}
${broken.length > 0 && html`<div class="notes broken"><h2>Broken limits</h2><ul>${broken.map((one) => html`<li class="failed">${sentenceOf(one)}</li>`)}</ul></div>`}
${more.length > 0 && html`<div class="notes"><h2>Notes</h2><ul>${more.map((note) => html`<li>${prose(note)}</li>`)}</ul></div>`}</header>`
}

function titleOf(slower: number, faster: number, failing: number, all: number): string {
  const [first, ...others] = [
    ...(slower > 0 ? [`${count(slower)} of ${counted(all, 'scope')} slower`] : []),
    ...(faster > 0 ? [`${count(faster)} of ${counted(all, 'scope')} faster`] : []),
    ...(failing > 0 ? [`${count(failing)} with more errors`] : []),
  ]
  if (first === undefined) return 'No difference that is more than chance'
  return [first, ...others.map((other) => other.replace(/ of [\d,]+ scopes?/, ''))].join(', ')
}

function keyFigures(
  before: Collected,
  after: Collected,
  verdicts: (verdict: string) => number,
  failing: number,
): Markup {
  const callsOf = ({ scopes }: Collected) => count(scopes.reduce((sum, { calls }) => sum + calls, 0))
  const errorsOf = ({ scopes }: Collected) => scopes.reduce((sum, { errors }) => sum + errors, 0)
  const [was, is] = [errorsOf(before), errorsOf(after)]
  const slower = verdicts('slower')
  const hasRequests = before.requests > 0 && after.requests > 0
  const figures: (readonly [name: string, value: string, more: string, isBad?: boolean] | false)[] = [
    ['Calls', callsOf(after), `${callsOf(before)} before`],
    hasRequests && [
      'Requests, p50',
      ms(after.requestTime.p50_ms),
      `${ms(before.requestTime.p50_ms)} before; ${count(before.requestTime.requests)} → ${count(after.requestTime.requests)}`,
    ],
    ['Failed', count(is), `${count(was)} before`, failing > 0],
    ['Slower', count(slower), slower > 0 ? 'p50 or p95, for certain' : 'no scope for certain', slower > 0],
    [
      'Faster',
      count(verdicts('faster')),
      `${count(verdicts('same'))} the same, ${count(verdicts('too_few'))} with too few records`,
    ],
  ]
  return html`<dl class="key-figures">${figures.map(
    (figure) =>
      figure &&
      html`<div><dt>${figure[0]}</dt><dd class="value${figure[3] === true && ' failed'}">${figure[1]}</dd><dd>${figure[2]}</dd></div>`,
  )}</dl>`
}

const only = (which: string, names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [`Only ${which}: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}.`]

const about = html`<section id="about" class="about"><h2>About these figures</h2><ul>
<li>A difference counts only where it is more than either run could have come out with by chance: the ${percent(0.99)} intervals of the two figures are apart. ~ is within chance.</li>
<li>The verdict is that of p50 and p95 together; a scope with fewer than 20 records in one run has none.</li>
<li>p50, p95, p99: half, 95 % and 99 % of the calls took no longer than this.</li></ul></section>`

import { money } from '../../../agent/output/cost/cost.ts'
import { html, type Markup, nameOf } from '../../report/page/markup.ts'
import type { CostChange } from '../cost.ts'
import { signed } from '../words.ts'

/** What the calls of each model cost in both runs, as a table that can be sorted, the largest difference first. */
export function costsOf(changes: readonly CostChange[], currency: string): Markup {
  const head = (name: string) => html`<th scope="col"><button type="button">${name}</button></th>`
  // Costs may be far below a cent: a number would be rounded.
  const paid = (before: number, after: number) =>
    html`<td data-value="${String(after)}">${money(before, currency)} → ${money(after, currency)}</td>`
  return html`<section id="costs"><h2>Costs</h2>
<div class="scroll framed" role="region" tabindex="0" aria-label="Table of costs"><table class="sortable"><caption class="sr">Costs of both runs; the column heads sort</caption>
<thead><tr>${['Model', 'Cost', 'For 1,000 calls', 'Change'].map(head)}</tr></thead>
<tbody>${changes.map(
    ({ name, library, model, before, after, change }) =>
      html`<tr><th scope="row"><span class="name">${model}</span> <span class="library">${nameOf(name)} ${library}</span></th>${paid(before.cost, after.cost)}${paid(before.for_1000, after.for_1000)}<td data-value="${(change ?? 0) * 100}">${changeOf(change)}</td></tr>`,
  )}</tbody></table></div>
<p class="hint">The change is that of 1,000 calls: how many of them a run made is no difference, how large they were is one.</p></section>`
}

function changeOf(change: number | undefined): Markup | string {
  if (change === undefined) return ''
  // Less than a thousandth of it is said by no figure beside it.
  if (Math.abs(change) < 0.001) return html`<span class="faint">the same</span>`
  return html`<span class="${change > 0 ? 'failed' : 'better'}">${signed(change)}</span>`
}

import { count } from '../../format.ts'
import type { Collected } from '../../report/collect.ts'
import { html, type Markup, nameOf } from '../../report/page/markup.ts'
import type { Change, Comparison, Pair } from '../compare.ts'
import type { Metric } from '../noise.ts'
import { signed, valuesOf, verdictWords } from '../words.ts'
import { distributionOf } from './distribution.ts'
import { noiseOf } from './noise.ts'

const shown: readonly Metric[] = ['p50', 'p95', 'p99', 'errors']

/** The scopes of both runs as a table that can be sorted, the largest certain change first. */
export function scopesOf({ pairs }: Comparison): Markup {
  const head = (name: string) => html`<th scope="col"><button type="button">${name}</button></th>`
  return html`<section id="scopes"><h2>Scopes</h2>
<div class="scroll framed" role="region" tabindex="0" aria-label="Table of scopes"><table class="sortable" id="table"><caption class="sr">Scopes of both runs; the column heads sort</caption>
<thead><tr>${['Scope', 'Verdict', 'Calls', ...shown.map((metric) => (metric === 'errors' ? 'Errors' : `${metric} (ms)`))].map(head)}</tr></thead>
<tbody>${pairs.map(rowOf)}</tbody></table></div>${pairs.length > 25 && html`<p><button type="button" id="all" hidden>Show all ${count(pairs.length)} scopes</button></p>`}</section>`
}

function rowOf(pair: Pair, i: number): Markup {
  const { name, library, calls } = pair
  const cells = shown.map((metric) => {
    const change = pair.changes.find((one) => one.metric === metric)
    return change === undefined
      ? html`<td></td>`
      : html`<td data-value="${sortValueOf(change)}">${cellOf(change, pair)}</td>`
  })
  return html`<tr><th scope="row"><a href="#scope-${i}">${nameOf(name)}</a> <span class="library">${library}</span></th><td>${verdictOf(pair)}</td><td data-value="${calls.after}">${count(calls.before)} → ${count(calls.after)}</td>${cells}</tr>`
}

/** By what is certain; chance is no change. */
const sortValueOf = ({ change, certain }: Change) => (certain && Number.isFinite(change) ? change * 100 : 0)

function cellOf(change: Change, { verdict }: Pair): Markup {
  const values = valuesOf(change)
  if (verdict === 'too_few') return html`${values}`
  if (!change.certain) return html`${values} <span class="faint">~</span>`
  const words = change.metric === 'errors' ? (change.change > 0 ? 'more' : 'fewer') : signed(change.change)
  return html`${values} <span class="${change.change > 0 ? 'failed' : 'better'}">${words}</span>`
}

function verdictOf(pair: Pair): Markup {
  const { text, isWorse, isBetter } = verdictWords(pair, shown)
  return html`<span class="${isWorse ? 'failed' : isBetter ? 'better' : 'faint'}">${text}</span>`
}

/** Each scope with its charts; the page's script shows one of them at a time. */
export function detailsOf({ pairs }: Comparison, before: Collected, after: Collected): Markup {
  return html`<section id="scope"><h2>Scope in detail</h2>
<p class="chooser" hidden><label for="choice">Scope</label> <select id="choice">${pairs.map(
    ({ name, library }, i) => html`<option value="scope-${i}">${name} (${library})</option>`,
  )}</select></p>
${pairs.map((pair, i) => {
  const id = `scope-${i}`
  const cells = (run: Collected) =>
    run.scopes.find(({ name, library }) => name === pair.name && library === pair.library)?.cells ?? new Map()
  return html`<section class="detail" id="${id}" aria-labelledby="${id}-head"><h3 id="${id}-head">${nameOf(pair.name)} <span class="library">${pair.library}</span></h3>
<dl class="facts"><div><dt>Verdict</dt><dd>${verdictOf(pair)}</dd></div><div><dt>Calls</dt><dd>${count(pair.calls.before)} → ${count(pair.calls.after)}</dd></div></dl>
<div class="pair">${noiseOf(pair, id)}${distributionOf(cells(before), cells(after), id)}</div></section>`
})}</section>`
}

import { money } from '../../../agent/output/cost/cost.ts'
import { count, counted, ms, percent } from '../../format.ts'
import type { Report, ScopeReport } from '../model.ts'
import { distributionOf } from './distribution.ts'
import { latencyOf } from './latency.ts'
import { html, type Markup, nameOf } from './markup.ts'

interface Column {
  readonly head: string
  /** The value to sort by. */
  readonly value: (scope: ScopeReport) => number
  readonly show: (value: number) => string | Markup
}

const columns: readonly Column[] = [
  { head: 'Calls', value: ({ calls }) => calls, show: count },
  { head: 'Errors', value: ({ errors }) => errors, show: (value) => faintZero(value) },
  { head: 'p50', value: ({ p50_ms }) => p50_ms, show: ms },
  { head: 'p95', value: ({ p95_ms }) => p95_ms, show: ms },
  { head: 'p99', value: ({ p99_ms }) => p99_ms, show: ms },
  { head: 'Slowest', value: ({ max_ms }) => max_ms, show: ms },
  { head: 'Total', value: ({ total_ms }) => total_ms, show: ms },
  { head: 'Share', value: ({ share }) => share, show: (share) => shareOf(share) },
]
const tokens: readonly Column[] = [
  { head: 'Tokens in', value: ({ input_tokens }) => input_tokens, show: (value) => faintZero(value) },
  { head: 'Tokens out', value: ({ output_tokens }) => output_tokens, show: (value) => faintZero(value) },
]

/** All scopes as a table that can be sorted, and each with its charts; the page's script shows one of them at a time. */
export function scopesOf(report: Report): Markup {
  const { scopes } = report
  if (scopes.length === 0)
    return html`<section id="scopes"><h2>Scopes</h2><p class="empty">These files hold no record of a call.</p></section>`
  const spans = scopes.flatMap(({ timeline }) => timeline)
  const from = spans.reduce((first, span) => Math.min(first, span.from), report.from)
  const to = spans.reduce((last, span) => Math.max(last, span.to), report.to)
  return html`<section id="scopes"><h2>Scopes</h2>${tableOf(report)}</section>
<section id="scope"><h2>Scope in detail</h2>
<p class="chooser" hidden><label for="choice">Scope</label> <select id="choice">${scopes.map(
    ({ name, library }, i) => html`<option value="scope-${i}">${name} (${library})</option>`,
  )}</select></p>
${scopes.map((scope, i) => detailOf(scope, `scope-${i}`, from, to))}</section>`
}

function tableOf({ scopes, cost }: Report): Markup {
  const hasTokens = scopes.some(({ input_tokens, output_tokens }) => input_tokens + output_tokens > 0)
  const costs: Column[] =
    cost === undefined
      ? []
      : [
          {
            head: 'Cost',
            value: (scope) => scope.cost ?? 0,
            show: (value) => (value === 0 ? faintZero(0) : money(value, cost.currency)),
          },
        ]
  const shown = [...columns, ...(hasTokens ? tokens : []), ...costs]
  const head = (name: string, more: Markup | false = false) =>
    html`<th scope="col"${more}><button type="button">${name}</button></th>`
  return html`<div class="scroll framed" role="region" tabindex="0" aria-label="Table of scopes"><table class="sortable" id="table"><caption class="sr">Scopes; the column heads sort</caption>
<thead><tr>${head('Scope')}${shown.map((column) => head(column.head, column.head === 'Share' && html` aria-sort="descending"`))}</tr></thead>
<tbody>${scopes.map(
    (scope, i) =>
      html`<tr><th scope="row"><a href="#scope-${i}">${nameOf(scope.name)}</a> <span class="library">${scope.library}</span></th>${shown.map(
        ({ value, show }) => html`<td data-value="${value(scope)}">${show(value(scope))}</td>`,
      )}</tr>`,
  )}</tbody></table></div>${scopes.length > 25 && html`<p><button type="button" id="all" hidden>Show all ${count(scopes.length)} scopes</button></p>`}`
}

const faintZero = (value: number): string | Markup => (value === 0 ? html`<span class="faint">0</span>` : count(value))

const shareOf = (share: number): Markup =>
  html`<svg class="share" aria-hidden="true"><rect width="${Math.min(1, Math.max(0, share)) * 100}%"/></svg>${percent(share)}`

function detailOf(scope: ScopeReport, id: string, from: number, to: number): Markup {
  const facts: (readonly [name: string, value: string] | false)[] = [
    [
      'Calls',
      `${count(scope.calls)}${scope.records === scope.calls ? '' : `, from ${counted(scope.records, 'record')}`}`,
    ],
    scope.errors > 0 && [
      'Errors',
      `${count(scope.errors)} (${percent(scope.errors / Math.max(1, scope.calls))}), ${listOf(scope.error_classes)}`,
    ],
    ['Mean', ms(scope.mean_ms)],
    ['Total', ms(scope.total_ms)],
    scope.self_ms < scope.total_ms && ['Without nested calls', ms(scope.self_ms)],
    Object.keys(scope.models).length > 0 && ['Models', listOf(scope.models)],
    scope.batch_items > 0 && [
      'Inputs',
      `${count(scope.batch_items)}, ${counted(scope.batch_items / Math.max(1, scope.calls), 'input')} a call`,
    ],
  ]
  return html`<section class="detail" id="${id}" aria-labelledby="${id}-head"><h3 id="${id}-head">${nameOf(scope.name)} <span class="library">${scope.library}</span></h3>
<dl class="facts">${facts.map((fact) => fact && html`<div><dt>${fact[0]}</dt><dd>${fact[1]}</dd></div>`)}</dl>
<div class="pair">${latencyOf(scope, id, from, to)}${distributionOf(scope, id)}</div></section>`
}

const listOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, calls], _, all) => (all.length === 1 ? name : `${name} (${count(calls)})`))
    .join(', ')

import { money } from '../../../agent/output/cost/cost.ts'
import { count, counted, ms, percent } from '../../format.ts'
import { isFailing } from '../columns.ts'
import { labelNote } from '../label-table.ts'
import type { Figures, Report, ScopeReport, ValueReport } from '../model.ts'
import { distributionOf } from './distribution.ts'
import { latencyOf } from './latency.ts'
import { html, type Markup, nameOf } from './markup.ts'

interface Column<F = Figures> {
  readonly head: string
  /** The value to sort by. */
  readonly value: (figures: F) => number
  readonly show: (value: number, figures: F) => string | Markup
}

const columns: readonly Column[] = [
  { head: 'Calls', value: ({ calls }) => calls, show: count },
  { head: 'Errors', value: ({ errors }) => errors, show: (value, figures) => failedOf(value, isFailing(figures)) },
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

const timeOrNone = (value: number) => (value === 0 ? '' : ms(value))
const firstTokens: readonly Column[] = [
  { head: 'TTFT p50', value: ({ ttft_p50_ms }) => ttft_p50_ms ?? 0, show: timeOrNone },
  { head: 'TTFT p95', value: ({ ttft_p95_ms }) => ttft_p95_ms ?? 0, show: timeOrNone },
]

/** All scopes as a table that can be sorted, and each with its charts; the page's script shows one of them at a time. */
export function scopesOf(report: Report): Markup {
  const { scopes } = report
  if (scopes.length === 0)
    return html`<section id="scopes"><h2>Scopes</h2><p class="empty">These files hold no record of a call.</p></section>`
  const spans = scopes.flatMap(({ timeline }) => timeline)
  const from = spans.reduce((first, span) => Math.min(first, span.from), report.from)
  const to = spans.reduce((last, span) => Math.max(last, span.to), report.to)
  return html`<section id="scopes"><h2>Scopes</h2>${tableOf(report)}${splitOf(report)}${labelsOf(report)}</section>
<section id="scope"><h2>Scope in detail</h2>
<p class="chooser" hidden><label for="choice">Scope</label> <select id="choice">${scopes.map(
    ({ name, library }, i) => html`<option value="scope-${i}">${name} (${library})</option>`,
  )}</select></p>
${scopes.map((scope, i) => detailOf(scope, `scope-${i}`, from, to))}</section>`
}

function tableOf(report: Report): Markup {
  const { scopes } = report
  const rows = scopes.map(
    (scope, i): Row => [
      html`<a href="#scope-${i}">${nameOf(scope.name)}</a> <span class="library">${scope.library}</span>`,
      scope,
    ],
  )
  return html`${sortable('table', 'Table of scopes', 'Scope', columnsOf(scopes, report), rows)}${scopes.length > 25 && html`<p><button type="button" id="all" hidden>Show all ${count(scopes.length)} scopes</button></p>`}`
}

/** The parts of scopes whose calls name more than one model, collection, route, service. */
function splitOf(report: Report): Markup | false {
  const { scopes, by } = report
  if (by === undefined) return false
  const rows = scopes.flatMap((scope, i) =>
    (scope.groups ?? []).map(
      (group): Row => [
        html`<span class="name">${group.value}</span> <span class="library"><a href="#scope-${i}">${nameOf(scope.name)}</a> ${scope.library}</span>`,
        group,
      ],
    ),
  )
  const groups = rows.map(([, group]) => group)
  const head = `${by.slice(0, 1).toUpperCase()}${by.slice(1)}`
  return html`<h3 class="below">By ${by}</h3>${
    rows.length === 0
      ? html`<p class="empty">No scope has calls of more than one ${by}.</p>`
      : sortable('split', `Table of scopes by ${by}`, head, columnsOf(groups, report), rows)
  }`
}

/** All records by the values of a label. */
function labelsOf({ by_label, cost }: Report): Markup | false {
  if (by_label === undefined) return false
  const { label, values, percentiles_of } = by_label
  const ofRequests = percentiles_of === 'requests'
  const shown: readonly Column<ValueReport>[] = [
    ...(ofRequests ? [{ head: 'Requests', value: ({ requests }: ValueReport) => requests, show: count }] : []),
    { head: 'Calls', value: ({ calls }) => calls, show: count },
    { head: 'Errors', value: ({ errors }) => errors, show: (value, row) => failedOf(value, isFailing(row)) },
    { head: 'p50', value: ({ p50_ms = 0 }) => p50_ms, show: timeOrNone },
    { head: 'p95', value: ({ p95_ms = 0 }) => p95_ms, show: timeOrNone },
    { head: 'p99', value: ({ p99_ms = 0 }) => p99_ms, show: timeOrNone },
    { head: 'Share', value: ({ share }) => share, show: shareOf },
    { head: 'Tokens in', value: ({ input_tokens }) => input_tokens, show: faintZero },
    { head: 'Tokens out', value: ({ output_tokens }) => output_tokens, show: faintZero },
    ...(cost === undefined ? [] : [costColumn(cost.currency)]),
  ]
  const rows = values.map((one): Row<ValueReport> => [html`<span class="name">${one.value}</span>`, one])
  return html`<h3 class="below">All by ${label}</h3>${sortable('labels', `Table by ${label}`, label, shown, rows)}<p>${labelNote(by_label)}</p>`
}

type Row<F = Figures> = readonly [name: Markup, figures: F]

/** Columns of time to first token, tokens and cost where there are any. */
function columnsOf(rows: readonly Figures[], { cost }: Report): Column[] {
  const hasFirstTokens = rows.some(({ ttft_p50_ms }) => ttft_p50_ms !== undefined)
  const hasTokens = rows.some(({ input_tokens, output_tokens }) => input_tokens + output_tokens > 0)
  return [
    ...columns,
    ...(hasFirstTokens ? firstTokens : []),
    ...(hasTokens ? tokens : []),
    ...(cost !== undefined && rows.some((row) => row.cost !== undefined) ? [costColumn(cost.currency)] : []),
  ]
}

const costColumn = (currency: string): Column<{ readonly cost?: number }> => ({
  head: 'Cost',
  value: (figures) => figures.cost ?? 0,
  show: (value) => (value === 0 ? faintZero(0) : money(value, currency)),
})

function sortable<F>(
  id: string,
  name: string,
  first: string,
  shown: readonly Column<F>[],
  rows: readonly Row<F>[],
): Markup {
  const head = (text: string, more: Markup | false = false) =>
    html`<th scope="col"${more}><button type="button">${text}</button></th>`
  // The parts stand below their scopes, and so in no order of the whole.
  const sorted = (column: Column<F>) => id === 'table' && column.head === 'Share' && html` aria-sort="descending"`
  return html`<div class="scroll framed" role="region" tabindex="0" aria-label="${name}"><table class="sortable" id="${id}"><caption class="sr">${name}; the column heads sort</caption>
<thead><tr>${head(first)}${shown.map((column) => head(column.head, sorted(column)))}</tr></thead>
<tbody>${rows.map(
    ([named, figures]) =>
      html`<tr><th scope="row">${named}</th>${shown.map(
        ({ value, show }) => html`<td data-value="${String(value(figures))}">${show(value(figures), figures)}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`
}

const faintZero = (value: number): string | Markup => (value === 0 ? html`<span class="faint">0</span>` : count(value))

const failedOf = (value: number, isBad: boolean) =>
  isBad ? html`<span class="failed">${count(value)}</span>` : faintZero(value)

const shareOf = (share: number): Markup =>
  html`<svg class="share" aria-hidden="true"><rect width="${Math.min(1, Math.max(0, share)) * 100}%"/></svg>${percent(share)}`

function detailOf(scope: ScopeReport, id: string, from: number, to: number): Markup {
  const { ttft_p50_ms: first50, ttft_p95_ms: first95 } = scope
  const facts: (readonly [name: string, value: string | Markup] | false)[] = [
    [
      'Calls',
      `${count(scope.calls)}${scope.records === scope.calls ? '' : `, from ${counted(scope.records, 'record')}`}`,
    ],
    scope.errors > 0 && [
      'Errors',
      html`<span class="failed">${count(scope.errors)} (${percent(scope.errors / Math.max(1, scope.calls))})</span>, ${listOf(scope.error_classes)}`,
    ],
    ['Mean', ms(scope.mean_ms)],
    ['Total', ms(scope.total_ms)],
    scope.self_ms < scope.total_ms && ['Without nested calls', ms(scope.self_ms)],
    first50 !== undefined && first95 !== undefined && ['Time to first token', `p50 ${ms(first50)}, p95 ${ms(first95)}`],
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

import { hotWords } from '../../../agent/findings/hot.ts'
import { money } from '../../../agent/output/cost/cost.ts'
import { count, counted, moment, ms } from '../../format.ts'
import { isSameRequest } from '../cited.ts'
import type { Report, RequestCall, RequestReport } from '../model.ts'
import { meanwhile, phases } from '../phases.ts'
import { mostFindings } from '../recommendations.ts'
import { figures } from './axis.ts'
import { html, type Markup, nameOf } from './markup.ts'

/** The slowest requests, and behind them what the findings on the page cite. */
export const shownRequests = ({ slowest, cited = [], findings }: Report): readonly RequestReport[] => [
  ...slowest,
  ...cited.filter((one) => findings.slice(0, mostFindings).some((finding) => isSameRequest(finding, one))),
]

/** The slowest requests and those that findings cite, each as a waterfall of its calls. */
export function requestsOf(report: Report): Markup {
  const { slowest, requests } = report
  const shown = shownRequests(report)
  if (shown.length === 0)
    return html`<section id="requests"><h2>Slowest requests</h2><p class="empty">${
      requests === 0
        ? html`These records do not say which request they belong to. With <code>requests: true</code> in <code>crossbridge.yml</code> this shows the slowest ones, call by call.`
        : 'None is whole.'
    }</p></section>`
  const hasTiming = shown.some(({ calls }) => calls.some(({ timing }) => timing !== undefined))
  return html`<section id="requests"><h2>Slowest requests</h2>${hasTiming && legend}
${shown.slice(0, slowest.length).map((request, i) => requestOf(request, i, report.cost))}${
  shown.length > slowest.length &&
  html`<h3 class="below">What the recommendations cite</h3>${shown.slice(slowest.length).map((request, i) => requestOf(request, i + slowest.length, report.cost))}`
}</section>`
}

const legend = html`<p class="keys parts">${phases.map(
  ([key, name]) => html`<span class="key ${key}">${name}</span> `,
)}<span class="key rest">other</span> <span class="key blocked_ms">event loop busy</span></p>
<p class="hint">Parts are drawn in their usual order: records say how long each took, not when.</p>`

function requestOf(request: RequestReport, i: number, cost: Report['cost']): Markup {
  const { trace_id, request_id, from, duration_ms, calls, left_out, cost: paid } = request
  const failed = calls.filter(({ error }) => error !== undefined).length
  const about = html`${counted(calls.length + left_out, 'call')}${failed > 0 && html`, <span class="failed">${count(failed)} failed</span>`}${cost !== undefined && paid !== undefined && `, ${money(paid, cost.currency)}`}`
  return html`<details class="request" id="request-${i}"${i < 3 && html` open`}><summary><h3>Request ${i + 1}: <span class="value">${ms(duration_ms)}</span></h3> <span class="more">${about}, ${moment(from)}</span></summary>
<p class="ids">trace <code>${trace_id}</code>${request_id !== undefined && html`, request <code>${request_id}</code>`}</p>
<div class="waterfall" data-steps data-name="Calls of request ${i + 1}">${scaleOf(duration_ms)}<ol>${calls.map((call) => rowOf(call, duration_ms))}</ol></div>
${left_out > 0 && html`<p class="hint">${counted(left_out, 'further call')} ${left_out === 1 ? 'is' : 'are'} not shown.</p>`}
<details class="figures"><summary>Figures of these calls<span class="sr">: request ${i + 1}</span></summary>${figuresOf(calls, i)}</details></details>`
}

const scaleOf = (durationMs: number): Markup =>
  html`<p class="scale" aria-hidden="true"><span>0</span><span>${ms(durationMs / 2)}</span><span>${ms(durationMs)}</span></p>`

function rowOf(call: RequestCall, wholeMs: number): Markup {
  const { name, label, library, depth, start_ms, duration_ms, error, hot } = call
  const of = (durationMs: number) => (wholeMs > 0 ? Math.min(100, Math.max(0, (durationMs / wholeMs) * 100)) : 0)
  const x = of(start_ms)
  const width = Math.min(100 - x, Math.max(0.2, of(duration_ms)))
  return html`<li class="mark" style="--depth:${Math.min(depth, 6)}"><span class="call"><span class="name">${label ?? nameOf(name)}</span> <span class="library">${library}</span>${error !== undefined && html` <span class="failed">${error}</span>`}</span>
<svg class="bar" aria-hidden="true"><svg x="${x}%" width="${width}%">${partsOf(call)}</svg></svg><span class="took"><span class="sr">takes </span>${ms(duration_ms)}</span>${hot !== undefined && html`<span class="hot">ran: ${hotWords(hot)}</span>`}</li>`
}

/** The parts in a row; they are pressed into the bar where they overlap, and so add up to more than it. */
function partsOf({ timing, duration_ms, error }: RequestCall): Markup {
  const sum = phases.reduce((all, [key]) => all + (timing?.[key] ?? 0), 0)
  const whole = Math.max(sum, duration_ms, 1e-6)
  let at = 0
  const drawn = phases.map(([key]) => {
    const width = ((timing?.[key] ?? 0) / whole) * 100
    at += width
    return width > 0 && html`<rect class="${key}" x="${at - width}%" width="${width}%" y="0" height="76%"/>`
  })
  const blocked = Math.min(1, (timing?.blocked_ms ?? 0) / Math.max(duration_ms, 1e-6)) * 100
  return html`<rect class="rest" width="100%" height="76%"/>${drawn}${
    blocked >= 0.5 && html`<rect class="blocked_ms" width="${blocked}%" y="82%" height="18%"/>`
  }${error !== undefined && html`<rect class="failed" width="100%" height="76%"/>`}`
}

function figuresOf(calls: readonly RequestCall[], i: number): Markup {
  const timed = calls.some(({ timing }) => timing !== undefined)
  const head = ['Call', 'Begins', 'Takes', 'Itself']
  const inTiming = timed ? [...phases, ...meanwhile] : []
  const part = (durationMs: number | undefined) => (durationMs === undefined || durationMs === 0 ? '' : ms(durationMs))
  return figures(
    `Figures of the calls of request ${i + 1}`,
    [...head, ...inTiming.map(([, name]) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`), 'Error', 'Metadata'],
    calls.map(({ name, library, depth, start_ms, duration_ms, self_ms, timing, error, metadata }) => [
      html`<span style="--depth:${Math.min(depth, 6)}">${name}</span> <span class="library">${library}</span>`,
      ...[start_ms, duration_ms, self_ms].map(ms),
      ...inTiming.map(([key]) => part(timing?.[key])),
      error === undefined ? '' : html`<span class="failed">${error}</span>`,
      Object.entries(metadata ?? {})
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    ]),
  )
}

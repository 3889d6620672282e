import { counted, ms, percent } from '../../format.ts'
import type { Report } from '../model.ts'
import { html, type Markup, nameOf } from './markup.ts'

/** Smaller parts are reported together. */
const leastShare = 0.01
const mostParts = 8

/** Where the time of requests went, by their critical paths: a bar for each scope that had a part of it. */
export function requestTimeOf({ request_time, requests: inRequests }: Report): Markup | false {
  const { requests, p50_ms, parts, outside_calls } = request_time
  if (requests === 0) return false
  const shown = parts.filter(({ share }) => share >= leastShare).slice(0, mostParts)
  const others = parts.reduce((sum, { share }) => sum + share, 0) - shown.reduce((sum, { share }) => sum + share, 0)
  const what = inRequests > 0 ? `${counted(requests, 'request')}, p50 ${ms(p50_ms)}` : counted(requests, 'call')
  return html`<div class="request-time"><h3>Where the time went <span class="library">${what}; of parallel calls the one that was waited for</span></h3><dl>${[
    ...shown.map(({ name, library, share }) =>
      barOf(html`${nameOf(name)} <span class="library">${library}</span>`, share),
    ),
    others >= leastShare && barOf(html`other calls`, others),
    outside_calls >= leastShare && barOf(html`outside of calls`, outside_calls),
  ]}</dl></div>`
}

const barOf = (name: Markup, share: number): Markup =>
  html`<div><dt>${name}</dt><dd><svg class="share" aria-hidden="true"><rect width="${Math.min(1, Math.max(0, share)) * 100}%"/></svg>${percent(share)}</dd></div>`

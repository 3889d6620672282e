import { createHash } from 'node:crypto'
import { visible } from '../../diagnostics.ts'
import { ms, percent } from '../../format.ts'
import type { Finding } from '../model.ts'
import { round } from '../tree.ts'
import type { Draft, Whole } from './detector.ts'
import { exampleText } from './evidence.ts'

/** A twentieth of the time of requests: below, another cause is worth more, or there is none. */
const leastShare = 0.05
/** Fewer requests may all be accidents. */
export const leastRequests = 5
const longestName = 120

/** The share of the time of all requests that goes to it; where no time says how bad it is, of the requests that it touches. */
export function shareOf({ isTimed, ms, cause, touched }: Draft, whole: Whole): number {
  const share = isTimed
    ? (ms ?? cause.ms) / Math.max(1e-9, whole.totalMs)
    : (touched ?? cause.requests) / Math.max(1e-9, whole.requests)
  return Math.min(1, Math.max(0, share))
}

/** True if it is enough to be reported. */
export function passes(draft: Draft, whole: Whole): boolean {
  if (whole.records < leastRequests || draft.cause.records < (draft.leastRequests ?? leastRequests)) return false
  return shareOf(draft, whole) >= Math.max(leastShare, draft.leastShare ?? 0) - 1e-12
}

/** The finding as the report has it. */
export function findingOf(draft: Draft, whole: Whole): Finding {
  const { kind, confidence, cause, title, evidence, advice, isTimed } = draft
  const { name, library } = cause.subject
  const [model, collection] = [cause.subject.model, cause.subject.collection].map(named)
  const lostMs = isTimed ? (draft.ms ?? cause.ms) : cause.ms
  const share = shareOf(draft, whole)
  const p50 = isTimed && whole.isRequests ? mediansOf(draft, lostMs) : undefined
  return {
    ...{ kind, confidence, signature: signatureOf(kind, name, library, model ?? '', collection ?? '') },
    title: visible(title),
    evidence: [
      ...evidence,
      !isTimed && lostMs > 0 && `that is ${percent(lostMs / Math.max(1e-9, whole.totalMs))} of the time of requests`,
      exampleText(cause.example),
    ]
      .filter((line) => typeof line === 'string')
      .map((line) => visible(line)),
    advice,
    share: Math.round(share * 1e4) / 1e4,
    share_of: isTimed ? 'request_time' : 'requests',
    requests: Math.round(draft.touched ?? cause.requests),
    calls: Math.round(cause.calls),
    lost_ms: round(lostMs),
    ...((draft.cost ?? cause.cost) > 0 && { saved_cost: draft.cost ?? cause.cost }),
    ...(p50 !== undefined && { p50_ms: p50 }),
    saves: savesOf(draft, whole, lostMs, p50),
    ...{ name, library },
    ...(model !== undefined && { model }),
    ...(collection !== undefined && { collection }),
    ...(draft.function !== undefined && { function: visible(draft.function) }),
    ...(cause.example?.caller !== undefined && { caller: cause.example.caller }),
    ...(cause.example?.traceId !== undefined && { trace_id: cause.example.traceId }),
    ...(cause.example?.requestId !== undefined && { request_id: cause.example.requestId }),
  }
}

const named = (name: string | undefined) => (name === undefined ? undefined : visible(name).slice(0, longestName))

/** The same over runs and machines: of what it is and where, by names alone. With its kind in it, it is no number in YAML. */
const signatureOf = (kind: string, ...parts: readonly string[]) =>
  `${kind}-${createHash('sha256')
    .update([kind, ...parts].join('\0'))
    .digest('hex')
    .slice(0, 8)}`

/** The median of the requests that it touches, and what it would be without. */
function mediansOf({ cause }: Draft, lostMs: number): { readonly now: number; readonly without: number } {
  const { before, after } = cause
  const now = before.median()
  // What is only known at the end, each has had in proportion to its length: a mean says nothing of the median.
  const less = (median: number, ms: number, sumMs: number) => median * Math.max(0, 1 - ms / Math.max(1e-9, sumMs))
  const more = lostMs - cause.ms
  const without = more < 0 ? less(now, lostMs, before.sum()) : less(after.median(), more, after.sum())
  return { now: round(now), without: round(Math.min(now, without)) }
}

function savesOf(draft: Draft, whole: Whole, lostMs: number, p50: Finding['p50_ms']): string {
  const { also, isTimed, cause } = draft
  const touched = cause.requests / Math.max(1e-9, whole.requests)
  const of = touched > 0.95 ? '' : ` of the ${percent(touched)} of the requests that it touches`
  if (p50 !== undefined && isTimed) {
    const time = `p50 ${ms(p50.now)} → about ${ms(p50.without)}${of}`
    return also === undefined ? time : `${time}, and ${also}`
  }
  if (isTimed) return `about ${ms(lostMs)}${also === undefined ? '' : `, and ${also}`}`
  return `what ${percent(shareOf(draft, whole))} of the requests make of it`
}

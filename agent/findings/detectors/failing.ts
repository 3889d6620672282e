import { count, ms, percent } from '../../format.ts'
import type { Call } from '../tree.ts'
import { type Cause, createCauses, subjectOf } from './causes.ts'
import type { Detector, Draft } from './detector.ts'
import { bump, mostOf, resultsOf, toleranceMs } from './evidence.ts'
import { isRefusal } from './refusal.ts'
import { type RequestTime, take, takeOwn } from './request.ts'

interface Tally {
  readonly errors: Map<string, number>
  readonly status: string | undefined
  readonly refused: boolean
  again: number
  readonly fallbacks: Map<string, number>
  swallowed: number
  empty: number
  waitedMs: number
  tookMs: number
}

/** Calls that fail, by their status, with what follows them; those that a service refuses as too many are a kind of their own. */
export function createFailing(): Detector {
  let made: { status: string | undefined; refused: boolean } = { status: undefined, refused: false }
  const causes = createCauses<Tally>(() => ({
    ...{ errors: new Map(), fallbacks: new Map(), ...made, again: 0, swallowed: 0, empty: 0, waitedMs: 0, tookMs: 0 },
  }))

  return {
    look(request) {
      for (const call of request.calls) {
        const { record, children } = call
        // The client's error comes out of the framework's call too.
        if (record.error === undefined || children.some((child) => child.record.error !== undefined)) continue
        const status = record.status === undefined ? undefined : `${record.status}`.slice(0, 40)
        made = { status, refused: isRefusal(record) }
        const cause = causes.of(subjectOf(call), call.scope, `${status} ${made.refused}`)
        if (cause === undefined) continue
        const { tally } = cause
        const next = nextOf(call, request.calls)
        // A pause before the next try is a part of what the failure costs.
        const again = next !== undefined && next.scope === call.scope
        const waitedMs = again ? takeOwn(request, Math.max(0, next.startMs - call.endMs)) : 0
        causes.add(cause, request, take(call, call.leftMs) + waitedMs, call)
        // Most services bill no failure: what it costs, its own answer has told.
        causes.pay(cause, call)
        bump(tally.errors, record.error, request.weight)
        tally.waitedMs += waitedMs * request.weight
        // One beside a longer call is on no path, and yet took its time.
        tally.tookMs += record.duration_ms * request.weight
        note(tally, call, next, request)
      }
    },
    findings: () => causes.all().map(draftOf),
  }
}

function note(tally: Tally, call: Call, next: Call | undefined, { root, weight }: RequestTime): void {
  if (next !== undefined && next.scope === call.scope && same(next, call)) tally.again += weight
  else if (next !== undefined && next.scope.verb === call.scope.verb) bump(tally.fallbacks, nameOf(next), weight)
  if (root !== undefined && root.record.error === undefined) tally.swallowed += weight
  if (call.parent !== undefined && call.parent.record.error === undefined && resultsOf(call.parent) === 0)
    tally.empty += weight
}

/** The call that the same caller made next, when this one had ended. */
const nextOf = (call: Call, calls: readonly Call[]) =>
  calls.find((one) => one !== call && one.parent === call.parent && one.startMs >= call.endMs - toleranceMs)

const same = (one: Call, other: Call) =>
  one.record.metadata?.model === other.record.metadata?.model &&
  one.record.metadata?.collection === other.record.metadata?.collection

function nameOf(call: Call): string {
  const { library, name, model, collection } = subjectOf(call)
  const detail = collection ?? model
  return `${name} of ${library}${detail === undefined ? '' : ` (${detail})`}`
}

function draftOf(cause: Cause & { tally: Tally }): Draft {
  const { subject, scope, calls, tally } = cause
  const { errors, status, refused, again, fallbacks, swallowed, empty, waitedMs, tookMs } = tally
  const how = status === undefined ? mostOf(errors, 3) : `${status} (${mostOf(errors, 3)})`
  return {
    ...{ kind: refused ? 'rate_limits' : 'failing_calls', confidence: 'direct', cause, isTimed: false },
    title: refused
      ? `${subject.library} refuses calls because there are too many.`
      : `Calls of ${subject.name} of ${subject.library} fail.`,
    evidence: [
      `${count(calls)} of ${count(scope?.calls ?? calls)} calls of ${subject.name} (${percent(calls / Math.max(1, scope?.calls ?? calls))}) failed with ${how}; they took ${ms(tookMs / Math.max(1, calls))} each`,
      again > 0 &&
        `${count(again)} were followed by another try${waitedMs > 0 ? `, after ${ms(waitedMs / again)} of waiting` : ''}`,
      fallbacks.size > 0 && `a fallback followed: ${mostOf(fallbacks, 2)}`,
      swallowed > 0 && `the request answered in spite of ${count(swallowed)} of them, as if nothing had happened`,
      empty > 0 && `${count(empty)} of them left their caller with an empty result`,
    ],
    advice: refused
      ? 'Limit how many calls are under way at a time, put several inputs into one call, or have the limit raised.'
      : `${adviceOf(status)} Until then fail fast: a short timeout, and no call whose answer is already known.`,
  }
}

function adviceOf(status: string | undefined): string {
  if (status === '401' || status === '403') return 'The credentials are refused: renew the key, or its rights.'
  if (status === '404') return 'What is asked for is not there: check the names of the collection and the model.'
  if (status !== undefined && /^4\d\d$/.test(status))
    return 'The service says that the request is wrong: compare it with what this version of its API takes.'
  return 'Look at the service itself: its health, its load, and the timeout it is given.'
}

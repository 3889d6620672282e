import { count, ms, percent } from '../../format.ts'
import type { ScopeTotals } from '../scopes.ts'
import { type Cause, createCauses } from './causes.ts'
import type { Detector, Draft, Whole } from './detector.ts'
import { createDurations, type Durations, medianTogether } from './durations.ts'
import { expectedMs, netMs } from './usual.ts'

/** Sizes differ between collections; three times as slow for the same question is more than size (a search grows with its logarithm). */
const leastRatio = 3
/** Below this difference nobody notices. */
const leastMoreMs = 20
const leastCalls = 5

interface Tally {
  /** The time of its calls, without what other causes take, nor what their answers explain. */
  readonly times: Durations
}
type Sibling = Cause & { readonly tally: Tally }

/** One collection, index or model that is far slower than the others of its scope. */
export function createSlowSibling(): Detector {
  const causes = createCauses<Tally>(() => ({ times: createDurations() }))

  return {
    look(request) {
      for (const call of request.calls) {
        if (call.record.error !== undefined || call.pathMs <= 0) continue
        const { collection, model } = call.record.metadata ?? {}
        if (collection === undefined && model === undefined) continue
        const cause = causes.ofCall(call)
        // Of parallel calls one has the path, but each its duration.
        cause?.tally.times.add(Math.max(0, netMs(call) - expectedMs(call)), request.weight)
        causes.add(cause, request, Math.max(0, call.leftMs - expectedMs(call)), call)
      }
    },
    findings(whole, passed) {
      const byScope = new Map<ScopeTotals, Sibling[]>()
      for (const cause of causes.all())
        if (cause.subject.collection === undefined && cause.subject.model === undefined) continue
        else if (cause.scope !== undefined && cause.tally.times.count() >= leastCalls)
          byScope.set(cause.scope, [...(byScope.get(cause.scope) ?? []), cause])
      return [...byScope].flatMap(([scope, siblings]) => slowOf(scope, siblings, whole, passed))
    },
  }
}

function slowOf(scope: ScopeTotals, siblings: readonly Sibling[], whole: Whole, passed: readonly Draft[]): Draft[] {
  return siblings.flatMap((cause) => {
    const others = siblings.filter((one) => one !== cause)
    if (others.length === 0) return []
    const own = cause.tally.times.median()
    const usual = medianTogether(others.map(({ tally }) => tally.times))
    const moreMs = own - usual
    if (own < usual * leastRatio || moreMs < leastMoreMs) return []
    // What makes it slow may have been said already.
    const total = whole.pathMs(cause)
    const said = passed.reduce((sum, one) => sum + (one.cause.ofScopes.get(scope) ?? 0), 0)
    const excess = Math.min(cause.ms, cause.tally.times.count() * moreMs)
    if (said > total / 2) return []
    const { subject, calls } = cause
    const name = subject.collection ?? subject.model ?? ''
    return [
      {
        ...{ kind: 'slow_sibling', confidence: 'direct', cause, isTimed: true, ms: excess },
        title: `${name} is far slower than ${subject.collection === undefined ? 'the other models' : 'the other collections'} of ${subject.library}.`,
        evidence: [
          `p50 of ${subject.name}: ${ms(own)} there, ${ms(usual)} in ${others.length === 1 ? nameOf(others[0]) : `${others.length} others`}`,
          `${count(calls)} of ${count(scope.calls)} calls (${percent(calls / Math.max(1, scope.calls))}) go there`,
        ],
        advice:
          subject.collection === undefined
            ? 'Compare what it is asked with the others; take a faster model where that does, or ask its provider.'
            : 'Compare its index with the others: is it built, is it in memory, how many segments and shards, which filter without an index of its own?',
      },
    ]
  })
}

const nameOf = (one: Sibling | undefined) => one?.subject.collection ?? one?.subject.model ?? ''

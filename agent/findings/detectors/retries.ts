import { count, ms, percent } from '../../format.ts'
import { numberIn, type ScopeTotals } from '../scopes.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { createDurations, type Durations } from './durations.ts'
import { phaseOnPath, take } from './request.ts'

/** What a call takes that needs one try is known from so many. */
const leastUsual = 5

interface Tally {
  attempts: number
  waitedMs: number
  /** Of these calls, without what passed between tries. */
  triedMs: number
}

/** Calls that their client makes more than once before they come to an end. */
export function createRetries(): Detector {
  const causes = createCauses<Tally>(() => ({ attempts: 0, waitedMs: 0, triedMs: 0 }))
  const usual = new Map<ScopeTotals, Durations>()

  return {
    look(request) {
      for (const call of request.calls) {
        const { record, scope } = call
        const waited = numberIn(record.timing, 'retry_ms')
        const tries = numberIn(record.metadata, 'attempts')
        if (waited === 0 && tries <= 1) {
          if (record.error !== undefined || call.pathMs === 0) continue
          const durations = usual.get(scope) ?? createDurations()
          usual.set(scope, durations)
          durations.add(call.pathMs, request.weight)
          continue
        }
        const cause = causes.ofCall(call, false)
        const waitedMs = take(call, phaseOnPath(call, waited))
        causes.add(cause, request, waitedMs, call)
        if (cause === undefined) continue
        cause.tally.attempts += Math.max(1, tries - 1, numberIn(record.timing, 'requests') - 1) * request.weight
        cause.tally.waitedMs += waitedMs * request.weight
        cause.tally.triedMs += (call.pathMs - waitedMs) * request.weight
      }
    },
    findings: () =>
      causes.all().map((cause) => {
        const { subject, scope, calls, tally } = cause
        const one = scope === undefined ? undefined : usual.get(scope)
        // A first try that runs into a timeout takes longer than all that is between the tries.
        const extraMs =
          one === undefined || one.count() < leastUsual ? 0 : Math.max(0, tally.triedMs - calls * one.median())
        const all = Math.max(calls, scope?.calls ?? 0)
        return {
          ...{ kind: 'retries', confidence: 'direct', cause, isTimed: true, ms: cause.ms + extraMs },
          title: `Calls of ${subject.name} of ${subject.library} need more than one try.`,
          evidence: [
            `${count(calls)} of ${count(all)} calls (${percent(calls / all)}) took ${count(tally.attempts)} more tries`,
            tally.waitedMs > 0 && `${ms(tally.waitedMs / calls)} of each passed between tries`,
            extraMs > 0 && `${ms(extraMs / calls)} of each in tries that came to nothing`,
          ],
          advice:
            'Look at what the service answers to the first try: a limit (send less at once, or have it raised), a timeout ' +
            'that is too short, or a connection that it has closed.',
        }
      }),
  }
}

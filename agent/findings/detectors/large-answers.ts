import { count, ms, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { phaseOnPath, take } from './request.ts'

/** Some 100 KB within a data center come in a few milliseconds; what takes this long is megabytes. */
const leastMs = 20
/** Of the calls that found something by this way. */
const leastCallShare = 0.5

interface Tally {
  calls: number
}

/** Searches and reads whose answers are so large that most of what is waited for is their bytes. */
export function createLargeAnswers(): Detector {
  const causes = createCauses<Tally>(() => ({ calls: 0 }))

  return {
    look(request) {
      for (const call of request.calls) {
        const { verb } = call.scope
        if (verb !== 'search' && verb !== 'fetch' && verb !== 'retrieve') continue
        const cause = causes.ofCall(call)
        if (cause !== undefined) cause.tally.calls += request.weight
        const readMs = readOf(call)
        if (readMs >= leastMs) causes.add(cause, request, take(call, phaseOnPath(call, readMs)), call)
      }
    },
    findings: () =>
      causes.all().flatMap((cause) => {
        const { subject, calls, tally } = cause
        if (calls < tally.calls * leastCallShare) return []
        return [
          {
            ...({ kind: 'large_answers', confidence: 'direct', cause, isTimed: true } as const),
            title: `Answers of ${subject.name} of ${subject.library} are so large that reading them takes long.`,
            evidence: [
              `${count(calls)} of ${count(tally.calls)} calls (${percent(calls / Math.max(1, tally.calls))}) read for ${ms(cause.ms / Math.max(1, calls))} each, after the first byte was there`,
            ],
            advice:
              'Ask for less: fewer results, no vectors, and of the payload only the fields that are used; and let answers be compressed.',
          },
        ]
      }),
  }
}

/** Of what the event loop was busy otherwise, reading has its part alone. */
function readOf({ record: { timing, duration_ms } }: Call): number {
  const readMs = Math.min(duration_ms, numberIn(timing, 'read_ms'))
  const busy = duration_ms > 0 ? Math.min(1, numberIn(timing, 'blocked_ms') / duration_ms) : 0
  return readMs * (1 - busy)
}

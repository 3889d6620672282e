import { count, ms, percent } from '../../format.ts'
import { numberIn, type ScopeTotals } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { phaseOnPath, take } from './request.ts'

/** To send by a kept connection takes a turn of the loop; to make one a round trip at least, which is 0.5 ms within a data center, and with TLS two or three. */
const leastMs = 1
/** Of the calls: a client that keeps its connections makes new ones at the start and after a pause, not for half of all. */
const leastCallShare = 0.5

/** Calls that open a connection each, which a kept one would spare. */
export function createConnections(): Detector {
  const causes = createCauses(() => undefined)
  /** Calls that tell of a request of theirs. */
  const told = new Map<ScopeTotals, number>()

  return {
    look(request) {
      for (const call of request.calls) {
        if (numberIn(call.record.timing, 'requests') === 0) continue
        told.set(call.scope, (told.get(call.scope) ?? 0) + request.weight)
        const connectMs = connectOf(call)
        if (connectMs < leastMs) continue
        causes.add(causes.ofCall(call, false), request, take(call, phaseOnPath(call, connectMs)), call)
      }
    },
    findings: () =>
      causes.all().flatMap((cause) => {
        const { subject, scope, calls } = cause
        const all = (scope && told.get(scope)) ?? calls
        if (calls < all * leastCallShare) return []
        return [
          {
            ...({ kind: 'connections_not_reused', confidence: 'direct', cause, isTimed: true } as const),
            title: `${subject.library} opens a new connection for its calls instead of using one again.`,
            evidence: [
              `${count(calls)} of ${count(all)} calls of ${subject.name} (${percent(calls / all)}) connected first, for ${ms(cause.ms / calls)} each`,
            ],
            advice:
              'Make one client and keep it for the life of the process, with keep-alive on, and connections enough for ' +
              'the calls that are under way at a time.',
          },
        ]
      }),
  }
}

/** A loop that was held is no connection's time; of what was busy otherwise, connecting had its part. */
function connectOf({ record: { timing, duration_ms } }: Call): number {
  const connectMs = Math.min(duration_ms, numberIn(timing, 'connect_ms'))
  const busy = duration_ms > 0 ? Math.min(1, numberIn(timing, 'blocked_ms') / duration_ms) : 0
  return Math.max(0, connectMs * (1 - busy) - numberIn(timing, 'stall_ms'))
}

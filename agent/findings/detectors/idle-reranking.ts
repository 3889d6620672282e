import { count, percent } from '../../format.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { take } from './request.ts'

/** A reranker that changes the order of one answer in ten does something. */
const leastCallShare = 0.9

interface Tally {
  told: number
}

/** Reranking that keeps the order which it was given, as far as records tell (`order_kept`). */
export function createIdleReranking(): Detector {
  const causes = createCauses<Tally>(() => ({ told: 0 }))

  return {
    look(request) {
      for (const call of request.calls) {
        const kept = call.record.metadata?.order_kept
        if (call.scope.verb !== 'rerank' || typeof kept !== 'boolean') continue
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        cause.tally.told += request.weight
        if (!kept) continue
        causes.add(cause, request, take(call, call.leftMs), call)
        causes.pay(cause, call)
      }
    },
    findings: () =>
      causes.all().flatMap((cause) => {
        const { subject, calls, tally } = cause
        if (calls < tally.told * leastCallShare) return []
        return [
          {
            ...({ kind: 'idle_reranking', confidence: 'direct', cause, isTimed: true } as const),
            title: `Reranking by ${subject.model ?? subject.library} keeps the order that it is given.`,
            evidence: [
              `${count(calls)} of ${count(tally.told)} calls (${percent(calls / Math.max(1, tally.told))}) changed nothing`,
            ],
            advice: 'Leave it out, or give it more candidates than are shown, so that it has something to choose from.',
          },
        ]
      }),
  }
}

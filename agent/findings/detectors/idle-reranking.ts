import { count, percent } from '../../format.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { take } from './request.ts'

/** A reranker that changes the order of one answer in ten does something. */
const leastCallShare = 0.9
/** A good one may well keep every other order, where the search before it is good, too: one run of it in a hundred may look idle. */
const mostByChance = 0.01

interface Tally {
  told: number
  /** As many as were seen, whatever they stand for. */
  records: number
  kept: number
}

/** Reranking that keeps the order which it was given, as far as records tell (`order_kept`). */
export function createIdleReranking(): Detector {
  const causes = createCauses<Tally>(() => ({ told: 0, records: 0, kept: 0 }))

  return {
    look(request) {
      for (const call of request.calls) {
        const kept = call.record.metadata?.order_kept
        if (call.scope.verb !== 'rerank' || typeof kept !== 'boolean') continue
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        cause.tally.told += request.weight
        cause.tally.records++
        if (!kept) continue
        cause.tally.kept++
        causes.add(cause, request, take(call, call.leftMs), call)
        causes.pay(cause, call)
      }
    },
    findings: () =>
      causes.all().flatMap((cause) => {
        const { subject, calls, tally } = cause
        if (calls < tally.told * leastCallShare) return []
        if (chanceOf(tally.kept, tally.records) > mostByChance) return []
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

/** The chance that of so many orders so many or more are kept, where each is or is not at even odds. */
function chanceOf(kept: number, all: number): number {
  // Of each number of those that are turned in `all`, beginning with none: all! / (turned! (all - turned)!) / 2 ** all.
  let one = 2 ** -all
  let sum = 0
  for (let turned = 0; turned <= all - kept; turned++) {
    sum += one
    one *= (all - turned) / (turned + 1)
  }
  return sum
}

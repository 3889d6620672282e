import { count, ms, percent } from '../../format.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { holds, resultsOf } from './evidence.ts'

/** Of the searches: some questions have no answer in any collection. */
const leastCallShare = 0.1

interface Tally {
  searches: number
  filtered: number
  takenMs: number
}

/** Searches that find nothing. */
export function createEmptyResults(): Detector {
  const causes = createCauses<Tally>(() => ({ searches: 0, filtered: 0, takenMs: 0 }))

  return {
    look(request) {
      for (const call of request.calls) {
        const { record } = call
        const results = resultsOf(call)
        // A retriever finds nothing because its search does.
        if (results === undefined || !isSearch(call) || record.error !== undefined || holds(call, isSearch)) continue
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        cause.tally.searches += request.weight
        if (results > 0) continue
        if (record.metadata?.filtered === true) cause.tally.filtered += request.weight
        cause.tally.takenMs += record.duration_ms * request.weight
        causes.add(cause, request, 0, call)
      }
    },
    findings: () =>
      causes.all().flatMap((cause) => {
        const { subject, calls } = cause
        const { searches, filtered, takenMs } = cause.tally
        if (calls < searches * leastCallShare) return []
        return [
          {
            ...({ kind: 'empty_results', confidence: 'direct', cause, isTimed: false } as const),
            title: `Many searches of ${subject.collection ?? subject.library} find nothing.`,
            evidence: [
              `${count(calls)} of ${count(searches)} calls of ${subject.name} (${percent(calls / Math.max(1, searches))}) gave no result; they took ${ms(takenMs / Math.max(1, calls))} each`,
              filtered > 0 && `${percent(filtered / calls)} of these had a filter`,
            ],
            advice:
              'Check the filter, the least score, and that the collection holds what is asked for in the vectors of the ' +
              'same model; and skip what would follow an empty search.',
          },
        ]
      }),
  }
}

const isSearch = ({ scope }: Call) => scope.verb === 'search' || scope.verb === 'retrieve'

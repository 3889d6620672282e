import { count, ms, percent } from '../../format.ts'
import type { Call } from '../tree.ts'
import type { Weak, WeakBound } from '../weak.ts'
import { type Cause, createCauses } from './causes.ts'
import type { Detector, Draft } from './detector.ts'
import { holds, resultsOf } from './evidence.ts'

/** Of the searches: some questions have no answer in any collection. */
const leastCallShare = 0.1

interface Tally {
  searches: number
  empty: number
  filtered: number
  takenMs: number
  weak: number
  /** The threshold that they had. */
  bound: WeakBound | undefined
}

/** Searches that find nothing, or nothing that is near enough where the user says what that is. */
export function createEmptyResults(weak: Weak): Detector {
  const causes = createCauses<Tally>(() => ({
    ...{ searches: 0, empty: 0, filtered: 0, takenMs: 0 },
    ...{ weak: 0, bound: undefined },
  }))

  return {
    look(request) {
      for (const call of request.calls) {
        const { record } = call
        const results = resultsOf(call)
        // A retriever finds nothing because its search does.
        if (results === undefined || !isSearch(call) || record.error !== undefined || holds(call, isSearch)) continue
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        const { tally } = cause
        tally.searches += request.weight
        const isWeak = results > 0 && weak.isWeak(record) === true
        if (results > 0 && !isWeak) continue
        causes.add(cause, request, 0, call)
        if (isWeak) {
          tally.weak += request.weight
          tally.bound = weak.boundOf(record)
          continue
        }
        tally.empty += request.weight
        if (record.metadata?.filtered === true) tally.filtered += request.weight
        tally.takenMs += record.duration_ms * request.weight
      }
    },
    findings: () =>
      causes
        .all()
        .filter(({ calls, tally }) => calls >= tally.searches * leastCallShare)
        .map((cause) => draftOf(cause, cause.tally)),
  }
}

function draftOf(cause: Cause, tally: Tally): Draft {
  const { subject } = cause
  const { searches, empty, filtered, takenMs, weak, bound } = tally
  const part = (calls: number) =>
    `${count(calls)} of ${count(searches)} calls of ${subject.name} (${percent(calls / Math.max(1, searches))})`
  const what = weak === 0 ? 'nothing' : empty === 0 ? 'nothing that is near' : 'nothing, or nothing that is near'
  return {
    ...{ kind: 'empty_results', confidence: 'direct', cause, isTimed: false },
    title: `Many searches of ${subject.collection ?? subject.library} find ${what}.`,
    evidence: [
      empty > 0 && `${part(empty)} gave no result; they took ${ms(takenMs / Math.max(1, empty))} each`,
      filtered > 0 && `${percent(filtered / empty)} of these had a filter`,
      bound !== undefined && `${part(weak)} had a best score ${bound.is} ${bound.at}, your thresholds.weak_score`,
    ],
    advice:
      'Check the filter, the least score, and that the collection holds what is asked for in the vectors of the ' +
      'same model; and skip what would follow an empty search.',
  }
}

const isSearch = ({ scope }: Call) => scope.verb === 'search' || scope.verb === 'retrieve'

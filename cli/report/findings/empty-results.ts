import { count, ms, percent } from '../../format.ts'
import type { Call } from '../tree.ts'
import type { Detector } from './detector.ts'
import { createByScope, holds, keepWorse } from './evidence.ts'

const leastRecords = 5
/** Of the searches that say how many results they had. */
const leastShare = 0.1

interface Tally {
  searches: number
  records: number
  empty: number
  takenMs: number
}

/** Searches that find nothing. */
export function createEmptyResults(): Detector {
  const scopes = createByScope<Tally>(() => ({
    ...{ searches: 0, records: 0, empty: 0, takenMs: 0 },
  }))

  return {
    look(tree) {
      for (const call of tree.calls) {
        const { record, weight } = call
        const results = record.metadata?.results
        // A retriever finds nothing because its search does.
        if (typeof results !== 'number' || !isSearch(call) || record.error !== undefined || holds(call, isSearch))
          continue
        const tally = scopes.of(call)
        tally.searches += weight
        if (results > 0) continue
        tally.records++
        tally.empty += weight
        tally.takenMs += record.duration_ms * weight
        keepWorse(tally, record.duration_ms, tree, call)
      }
    },
    findings: () =>
      scopes.findings(
        ({ name, library, tally: { searches, empty, takenMs } }) => ({
          kind: 'empty_results',
          title: `Many searches of ${library} find nothing.`,
          evidence: [
            `${count(empty)} of ${count(searches)} calls of ${name} (${percent(empty / searches)}) gave no result; they took ${ms(takenMs)}`,
          ],
          advice:
            'Check the filter, the least score, and that the collection holds what is asked for in the vectors of the same ' +
            'model; and skip what would follow an empty search.',
          saves: 'answers that are made from nothing; of time, what follows such a search',
        }),
        ({ records, empty, searches }) => records >= leastRecords && empty / searches >= leastShare,
      ),
  }
}

const isSearch = ({ record }: Call) => /\.(?:search|retrieve)$/.test(record.name)

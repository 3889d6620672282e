import { count, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call, CallTree } from '../tree.ts'
import type { Detector } from './detector.ts'
import { createByScope, keepWorse, toleranceMs } from './evidence.ts'

/** Below this, asking for more costs next to nothing. */
const leastTopK = 20
/** Asked for, or found, this many times what is used. A reranker needs more to choose from. */
const leastRatio = 4
const leastRerankRatio = 15
const leastRecords = 5
/** Of the searches. */
const leastShare = 0.5

interface Tally {
  searches: number
  records: number
  large: number
  asked: number
  used: number
  readonly by: Map<string, number>
}

interface Use {
  /** Results that were used of those that were asked for. */
  readonly used: number
  readonly by: string
}

/** Searches that ask for far more than comes, or than anybody uses. */
export function createLargeTopK(): Detector {
  const scopes = createByScope<Tally>(() => ({
    ...{ searches: 0, records: 0, large: 0, asked: 0, used: 0 },
    by: new Map<string, number>(),
  }))

  return {
    look(tree) {
      for (const call of tree.calls) {
        const { record, weight } = call
        // The results of a batch are those of all its queries together.
        if (!isSearch(call) || record.error !== undefined || numberIn(record.metadata, 'batch_size') > 1) continue
        const topK = numberIn(record.metadata, 'top_k')
        const tally = scopes.of(call)
        tally.searches += weight
        const use = topK < leastTopK ? undefined : useOf(call, topK, tree)
        if (use === undefined) continue
        tally.records++
        tally.large += weight
        tally.asked += topK * weight
        tally.used += use.used * weight
        tally.by.set(use.by, (tally.by.get(use.by) ?? 0) + weight)
        keepWorse(tally, topK - use.used, tree, call)
      }
    },
    findings: () =>
      scopes.findings(
        ({ name, library, tally: { searches, large, asked, used, by } }) => ({
          kind: 'large_top_k',
          title: `${name} of ${library} asks for far more results than are used.`,
          evidence: [
            `${count(large)} of ${count(searches)} searches (${percent(large / searches)}) asked for ${count(asked / large)} on average, and ${count(used / large)} ${mostOf(by)}`,
          ],
          advice:
            'Ask for what is used, with some to spare: a smaller top_k (limit, k) makes the search and its answer smaller.',
          saves: `about ${percent(1 - used / asked)} of the results that are asked for; of time, what finding and sending them takes`,
        }),
        ({ records, large, searches }) => records >= leastRecords && large / searches >= leastShare,
      ),
  }
}

const isSearch = ({ record }: Call) => record.name.endsWith('.search')

/** The use of a search's results, if that is far less than was asked for. */
function useOf(call: Call, topK: number, { calls }: CallTree): Use | undefined {
  const results = resultsOf(call)
  if (results === undefined) return undefined
  if (results > 0 && results * leastRatio <= topK) return { used: results, by: 'came' }
  const kept = call.parent === undefined ? undefined : resultsOf(call.parent)
  // One search of several gives the caller only a part.
  const isOnly = call.parent?.children.filter(isSearch).length === 1
  if (isOnly && kept !== undefined && kept > 0 && kept * leastRatio <= results)
    return { used: kept, by: `were kept by ${call.parent?.record.name}` }
  const rerank = calls.find(
    ({ record, startMs }) => record.name.endsWith('.rerank') && startMs >= call.endMs - toleranceMs,
  )
  const best = rerank && (resultsOf(rerank) ?? numberIn(rerank.record.metadata, 'top_k'))
  if (best !== undefined && best > 0 && best * leastRerankRatio <= results)
    return { used: best, by: 'were kept by the reranking after it' }
  return undefined
}

/** Undefined where the record does not say. */
const resultsOf = ({ record }: Call) =>
  typeof record.metadata?.results === 'number' ? record.metadata.results : undefined

const mostOf = (by: ReadonlyMap<string, number>) => [...by].sort((one, other) => other[1] - one[1])[0]?.[0] ?? ''

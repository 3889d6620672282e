import { count, ms, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { bump, mostOf, resultsOf, toleranceMs } from './evidence.ts'
import { type RequestTime, take } from './request.ts'

/** Below this, asking for more costs next to nothing. */
const leastTopK = 20
/** Asked for, or found, this many times what is used. A reranker needs more to choose from: 150 for 10 is much already. */
const leastRatio = 4
const leastRerankRatio = 15
/** More than any prompt or page holds, and twice what rerankers are commonly given. */
const veryMuch = 200
/** What an index with its usual candidates finds without more work. */
const much = 100
/** Of the searches: a page of an export that asks for much is none. */
const leastCallShare = 0.5

interface Tally {
  searches: number
  asked: number
  used: number
  largest: number
  guessed: number
  readonly by: Map<string, number>
}

interface Use {
  /** Results that were used of those that were asked for. */
  readonly used: number
  readonly by: string
  readonly isGuess?: boolean
}

/** Searches that ask for far more than comes, or than anybody uses, or simply for very much. */
export function createLargeTopK(): Detector {
  const causes = createCauses<Tally>(() => ({
    ...{ searches: 0, asked: 0, used: 0, largest: 0, guessed: 0 },
    by: new Map<string, number>(),
  }))

  return {
    look(request) {
      for (const call of request.calls) {
        const { record } = call
        // The results of a batch are those of all its queries together.
        if (call.scope.verb !== 'search' || record.error !== undefined) continue
        if (numberIn(record.metadata, 'batch_size') > 1) continue
        const topK = numberIn(record.metadata, 'top_k')
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        const { tally } = cause
        const { weight } = request
        tally.searches += weight
        const use = topK < leastTopK ? undefined : useOf(call, topK, request)
        if (use === undefined) continue
        tally.asked += topK * weight
        tally.used += use.used * weight
        tally.largest = Math.max(tally.largest, topK)
        if (use.isGuess) tally.guessed += weight
        bump(tally.by, use.by, weight)
        // The time of a search grows with what it finds, reads and sends, as far as records tell.
        causes.add(cause, request, take(call, call.leftMs * (1 - use.used / topK)), call)
      }
    },
    findings: () =>
      causes.all().flatMap((cause) => {
        const { subject, calls } = cause
        const { searches, asked, used, largest, guessed, by } = cause.tally
        if (calls < searches * leastCallShare) return []
        const isGuess = guessed >= calls / 2
        return [
          {
            ...({ kind: 'large_top_k', confidence: 'heuristic', cause, isTimed: true } as const),
            title: isGuess
              ? `${subject.name} of ${subject.library} asks for very many results.`
              : `${subject.name} of ${subject.library} asks for far more results than are used.`,
            evidence: [
              `${count(calls)} of ${count(searches)} searches (${percent(calls / searches)}) asked for ${count(asked / calls)} on average, ${count(largest)} at most${isGuess ? '' : `, and ${count(used / calls)} ${mostOf(by)}`}`,
              `they took ${ms((cause.ms / calls) * (asked / Math.max(1, asked - used)))} each`,
            ],
            advice:
              'Ask for what is used, with some to spare: a smaller top_k (limit, k), and without vectors or payloads that nobody reads.',
            also: `about ${percent(1 - used / asked)} of the results that are asked for`,
          },
        ]
      }),
  }
}

/** The use of a search's results, if that is far less than was asked for. */
function useOf(call: Call, topK: number, { calls }: RequestTime): Use | undefined {
  const results = resultsOf(call)
  if (results === undefined)
    return topK >= veryMuch ? { used: veryMuch / 2, by: 'are usual', isGuess: true } : undefined
  // Of a small number little may match; of a large one the index looks for all of them.
  if (results * leastRatio <= topK) return results > 0 && topK >= much ? { used: results, by: 'came' } : undefined
  const kept = call.parent === undefined ? undefined : resultsOf(call.parent)
  // One search of several gives the caller only a part.
  const isOnly = call.parent?.children.filter(({ scope }) => scope.verb === 'search').length === 1
  if (isOnly && kept !== undefined && kept > 0 && kept * leastRatio <= results)
    return { used: kept, by: `were kept by ${call.parent?.record.name}` }
  const rerank = calls.find(({ scope, startMs }) => scope.verb === 'rerank' && startMs >= call.endMs - toleranceMs)
  const best = rerank && (resultsOf(rerank) ?? numberIn(rerank.record.metadata, 'top_k'))
  if (best !== undefined && best > 0 && best * leastRerankRatio <= results)
    return { used: best, by: 'were kept by the reranking after it' }
  return topK >= veryMuch && results >= veryMuch ? { used: veryMuch / 2, by: 'are usual', isGuess: true } : undefined
}

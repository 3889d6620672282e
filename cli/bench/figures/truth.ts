import type { Item, Workload } from '../model.ts'
import { exactNeighbours } from '../workload/exact.ts'
import type { Truth } from './recall.ts'

/**
 * What each query should find, by its id: what the workload says, else what an exact search finds, where both sides have
 * vectors. Queries of which neither is known are not there.
 */
export function truthsOf({ documents, queries, k, metric }: Workload): Map<string, Truth> {
  const truths = new Map<string, Truth>()
  const asked: Item[] = []
  const isSearched = documents[0]?.vector !== undefined
  for (const query of queries) {
    const { id, relevant, vector } = query
    const ids = new Set(relevant?.slice(0, k))
    if (relevant !== undefined) truths.set(id, { ids, enough: ids.size })
    else if (isSearched && vector !== undefined) asked.push(query)
  }
  if (asked.length === 0) return truths
  for (const [i, { ids, tied }] of exactNeighbours(documents, asked, k, metric).entries())
    truths.set(asked[i]?.id ?? '', { ids: new Set([...ids, ...tied]), enough: ids.length })
  return truths
}

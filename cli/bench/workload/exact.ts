import type { Item, Metric } from '../model.ts'

/** A query's true neighbours. */
export interface Neighbours {
  /** Nearest first; of equal scores the earlier document. */
  readonly ids: readonly string[]
  /** `cosine` and `dot` higher is nearer, `euclidean` lower. */
  readonly scores: readonly number[]
  /** Further documents that are as near as the last of `ids`: they count as found, too. */
  readonly tied: readonly string[]
}

/** The k nearest documents of each query, by looking at all. Every item must have a vector, all of one length. */
export function exactNeighbours(
  _documents: readonly Item[],
  _queries: readonly Item[],
  _k: number,
  _metric: Metric,
): Neighbours[] {
  throw new Error('later in this branch')
}

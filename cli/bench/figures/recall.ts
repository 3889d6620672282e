/** A result of a search. */
export interface Scored {
  readonly id: string
  readonly score?: number
}

/** By the query's id, nearest first. */
export type Results = ReadonlyMap<string, readonly Scored[]>

/** What a query should have found. */
export interface Truth {
  readonly ids: ReadonlySet<string>
  /** As many of them are enough: fewer than there are where several are equally near. */
  readonly enough: number
}

/** Share of the true neighbours among each query's first k results, averaged over the queries; undefined where none has a truth. */
export function recallOf(_results: Results, _truths: ReadonlyMap<string, Truth>, _k: number): number | undefined {
  throw new Error('later in this branch')
}

/** Share of the baseline's first k results that are here too, averaged over the queries that both have. */
export function overlapOf(_results: Results, _baseline: Results, _k: number): number | undefined {
  throw new Error('later in this branch')
}

/** Spearman's correlation of the scores of results that both have, averaged over the queries with at least three such. */
export function scoreCorrelationOf(_results: Results, _baseline: Results): number | undefined {
  throw new Error('later in this branch')
}

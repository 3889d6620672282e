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
export function recallOf(results: Results, truths: ReadonlyMap<string, Truth>, k: number): number | undefined {
  return meanOf(
    [...results].flatMap(([query, found]) => {
      const truth = truths.get(query)
      if (truth === undefined || truth.enough === 0) return []
      const first = new Set(found.slice(0, k).map(({ id }) => id))
      const hits = [...first].filter((id) => truth.ids.has(id)).length
      return [Math.min(hits, truth.enough) / truth.enough]
    }),
  )
}

/** Share of the baseline's first k results that are here too, averaged over the queries that both have. */
export function overlapOf(results: Results, baseline: Results, k: number): number | undefined {
  const truths = [...baseline].map(([query, found]) => {
    const ids = new Set(found.slice(0, k).map(({ id }) => id))
    return [query, { ids, enough: ids.size }] as const
  })
  return recallOf(results, new Map(truths), k)
}

/** Spearman's correlation of the scores of results that both have, averaged over the queries with at least three such. */
export function scoreCorrelationOf(results: Results, baseline: Results): number | undefined {
  return meanOf(
    [...results].flatMap(([query, found]) => {
      const [mine, others] = [nearnesses(found), nearnesses(baseline.get(query) ?? [])]
      const common = [...mine.keys()].filter((id) => others.has(id))
      const correlation = spearman(
        common.map((id) => mine.get(id) ?? 0),
        common.map((id) => others.get(id) ?? 0),
      )
      return correlation === undefined ? [] : [correlation]
    }),
  )
}

/** Scores by id, higher for nearer: a store that gives distances has its lowest first. */
function nearnesses(found: readonly Scored[]): ReadonlyMap<string, number> {
  const scored = found.flatMap(({ id, score }) =>
    score !== undefined && Number.isFinite(score) ? [{ id, score }] : [],
  )
  const isDistance = (scored.at(-1)?.score ?? 0) > (scored[0]?.score ?? 0)
  return new Map(scored.map(({ id, score }) => [id, isDistance ? -score : score]))
}

/** Pearson's correlation of the ranks; equal values share theirs. Undefined for fewer than three pairs, or values that are all equal. */
export function spearman(a: readonly number[], b: readonly number[]): number | undefined {
  if (a.length < 3) return undefined
  const [x, y] = [centred(ranksOf(a)), centred(ranksOf(b))]
  const sum = (one: readonly number[], other: readonly number[]) =>
    one.reduce((all, value, i) => all + value * (other[i] ?? 0), 0)
  const size = Math.sqrt(sum(x, x) * sum(y, y))
  return size === 0 ? undefined : sum(x, y) / size
}

function ranksOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2)
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

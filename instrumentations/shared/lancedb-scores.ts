import type { Call } from '../../agent/model.ts'
import { listOf, numberOf } from './kinds.ts'
import type { ScoreKind } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: an Arrow table is read by shape
type Any = any

/** The columns that a search adds, that of a reranker first, for it orders what the others have found. */
const columns: readonly (readonly [name: string, kind: ScoreKind])[] = [
  ['_relevance_score', 'similarity'],
  ['_distance', 'distance'],
  ['_score', 'similarity'],
]

/** The column of a search's scores: the rows are in memory by then, each of their numbers in a list of its column. */
function columnOf({ result, of }: Call): { kind: ScoreKind; parts: readonly Any[] } | undefined {
  const { schema, batches } = (of(result) ?? {}) as Any
  const names = listOf(schema?.fields).map((field) => field?.name)
  const [name, kind] = columns.find(([name]) => names.includes(name)) ?? []
  if (kind === undefined) return undefined
  const parts = listOf(batches).map((batch) => batch?.data?.children?.[names.indexOf(name)])
  return { kind, parts: parts.filter((part) => part?.length > 0) }
}

const valueIn = (part: Any, at: number) => numberOf(part?.values?.[at])
const topOf = (call: Call) => valueIn(columnOf(call)?.parts[0], 0)
function lastOf(call: Call): number | undefined {
  const last = columnOf(call)?.parts.at(-1)
  return valueIn(last, last?.length - 1)
}

export const scores = {
  top_score: topOf,
  last_score: lastOf,
  score_kind: (call: Call) => (topOf(call) === undefined ? undefined : columnOf(call)?.kind),
}

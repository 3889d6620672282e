import type { Call } from '../../agent/model.ts'
import { listOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters are read by shape
type Any = any
const paramsOf = ({ args }: Call): Any => args[0] ?? {}

/** `['vector', 'ANN', […]]`, not `['price', 'desc']` or a list of those. */
function isRanking(by: Any): boolean {
  const first = Array.isArray(by?.[0]) ? by[0] : by
  return Array.isArray(first) && first[1] !== 'asc' && first[1] !== 'desc'
}
export const ranks = (call: Call): boolean => isRanking(paramsOf(call).rank_by)
/** The same of one of several queries. */
export const anyRanks = (call: Call): boolean => listOf(paramsOf(call).queries).some((one) => isRanking(one?.rank_by))

/** Of the vector in `['vector', 'ANN', […]]`, or the first of several; what is to be embedded has none yet. */
export function dimensionsAsked(call: Call): number | undefined {
  const vector = paramsOf(call).rank_by?.[2]
  const one = Array.isArray(vector?.[0]) ? vector[0] : vector
  return Array.isArray(one) && typeof one[0] === 'number' ? one.length : undefined
}

/** The service waits for other queries of a namespace where they are at its limit. */
export function queueMs({ result }: Call): number | undefined {
  const { server_total_ms: total, query_execution_ms: execution } = (result as Any)?.performance ?? {}
  return typeof total === 'number' && typeof execution === 'number' ? Math.max(0, total - execution) : undefined
}

/** `deletes` and `delete_by_filter`, with nothing else that writes. */
export function onlyDeletes(call: Call): boolean {
  const params = paramsOf(call)
  const writes = Object.keys(params).some((key) => /^(?:upsert|patch|copy_from|branch_from)_/.test(key))
  return !writes && (params.deletes !== undefined || params.delete_by_filter !== undefined)
}

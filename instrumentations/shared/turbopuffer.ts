import type { Call } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters are read by shape
type Any = any
const paramsOf = ({ args }: Call): Any => args[0] ?? {}

/** `['vector', 'ANN', […]]`, not `['price', 'desc']` or a list of those. */
export function ranks(call: Call): boolean {
  const by = paramsOf(call).rank_by
  const first = Array.isArray(by?.[0]) ? by[0] : by
  return Array.isArray(first) && first[1] !== 'asc' && first[1] !== 'desc'
}

/** `deletes` and `delete_by_filter`, with nothing else that writes. */
export function onlyDeletes(call: Call): boolean {
  const params = paramsOf(call)
  const writes = Object.keys(params).some((key) => /^(?:upsert|patch|copy_from|branch_from)_/.test(key))
  return !writes && (params.deletes !== undefined || params.delete_by_filter !== undefined)
}

import type { Call } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: searches are read by shape
type Any = any

const searchesIn = ({ args }: Call): Any[] => (Array.isArray(args[0]) ? args[0] : [args[0]])
/** A search is built by methods that are named as the options of a plain one. */
const optionOf = (search: Any, name: string) =>
  search?.[`_${name}`] === undefined ? search?.[name] : search[`_${name}`]

export function topK(call: Call): unknown {
  const limit = optionOf(searchesIn(call)[0], 'limit')
  return limit?.limit ?? limit
}
export const filtered = (call: Call) => searchesIn(call).some((search) => typeof optionOf(search, 'where') === 'object')

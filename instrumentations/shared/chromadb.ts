import type { Call } from '../../agent/model.ts'
import { numberOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: searches are read by shape
type Any = any

const searchesIn = ({ args }: Call): Any[] => (Array.isArray(args[0]) ? args[0] : [args[0]])
/** A search is built by methods that are named as the options of a plain one. */
const optionOf = (search: Any, name: string) =>
  search?.[`_${name}`] === undefined ? search?.[name] : search[`_${name}`]
const has = (name: string) => (call: Call) =>
  searchesIn(call).some((search) => {
    const option = optionOf(search, name)
    return typeof option === 'object' && option !== null
  })

export function topK(call: Call): unknown {
  const limit = optionOf(searchesIn(call)[0], 'limit')
  return limit?.limit ?? limit
}
export const filtered = has('where')
/** A search without a rank reads in the order of the index. */
export const ranks = has('rank')

/** What is near to what, in a rank that may be reckoned from several: an object of the client's, or plain. */
function nearIn(rank: Any, depth = 8): Any {
  if (typeof rank !== 'object' || rank === null || depth === 0) return undefined
  const near = rank.config ?? rank.$knn
  if (near?.query !== undefined) return near
  return Object.values(rank).reduce((found, one) => found ?? nearIn(one, depth - 1), undefined)
}
const nearOf = (call: Call) => nearIn(optionOf(searchesIn(call)[0], 'rank'))

export function dimensions(call: Call): number | undefined {
  const query = nearOf(call)?.query
  return Array.isArray(query) ? query.length : undefined
}
export const candidates = (call: Call) => numberOf(nearOf(call)?.limit)

/** The database, or the tenant where each has only its default one. */
export function namespaceOf({ self }: Call): unknown {
  // Of the client itself these are fields, behind getters.
  const { client, _tenant, _database, tenant = _tenant, database = _database } = (self ?? {}) as Any
  const of = { tenant: tenant ?? client?.tenant, database: database ?? client?.database }
  const isOwn = of.database !== 'default_database' || of.tenant === 'default_tenant'
  return isOwn ? of.database : of.tenant
}

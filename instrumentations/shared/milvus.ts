import type { Call } from '../../agent/model.ts'
import { listOf, numberOf, textOf } from './kinds.ts'
import { scoresAt, scoresIn } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests and replies are read by shape
type Any = any

const requestOf = ({ args }: Call): Any => args[0] ?? {}
/** A hybrid search has a request for each of its fields. */
const firstOf = ({ data, search }: Any): Any =>
  listOf(search)[0] ?? (listOf(data)[0]?.anns_field === undefined ? undefined : data[0])

/** The queries of a search: a list of vectors or texts is a batch; a sparse vector may be a list of objects. */
export function queriesIn(call: Call): number | undefined {
  const { data, vector, vectors, ids } = requestOf(call)
  const given = firstOf(requestOf(call))?.data ?? data ?? vector ?? vectors ?? ids
  const first = Array.isArray(given) ? given[0] : undefined
  return Array.isArray(first) || ArrayBuffer.isView(first) || typeof first === 'string' ? given.length : undefined
}

const names = ['ef', 'nprobe', 'search_list']
const json = new RegExp(String.raw`"(?:${names.join('|')})"\s*:\s*(\d+)`)

/** What the index is told to look at, by the name that its kind has for it; the oldest form of a search has it in JSON. */
export function candidatesOf(call: Call): number | undefined {
  const { params, searchParams, search_params } = requestOf(call)
  const given = [params, searchParams?.params, search_params, firstOf(requestOf(call))?.params]
  const found = given.flatMap((one) => names.map((name) => numberOf(one?.[name])))
  return found.find((one) => one !== undefined) ?? numberOf(json.exec(textOf(search_params?.params))?.[1])
}

/** The one partition that was asked, else the database, which is the client's own where the call names none. */
export function namespaceOf(call: Call): unknown {
  const { partition_name, partition_names, partitionName, partitionNames, db_name, dbName } = requestOf(call)
  const partitions = listOf(partition_names ?? partitionNames)
  const partition = partition_name ?? partitionName ?? (partitions.length === 1 ? partitions[0] : undefined)
  const { metadata } = (call.self ?? {}) as Any
  const entries: Any[] = metadata?.[Symbol.iterator] ? [...metadata] : []
  const own = entries.find((entry) => entry?.[0] === 'dbname')?.[1]
  return partition || db_name || dbName || own || undefined
}

/** The name and number of a failure, which is returned: `status` over gRPC, `code` over HTTP. */
export function failureOf({ result }: Call): unknown {
  const { status, code } = (result ?? {}) as Any
  const name = textOf(status?.error_code)
  const number = numberOf(status?.code || code) ?? 0
  // Servers before 2.4 answer 200 over HTTP.
  const succeeds = number === 0 || (status === undefined && number === 200)
  return succeeds && (name === '' || name === 'Success') ? undefined : { name, code: number || undefined }
}

export const filtered = 'is(args.0.filter || args.0.expr)'
/** Of a hybrid search, those of its first request. */
const vectors = 'args.0.search.0.data ?? args.0.data.0.data ?? args.0.data ?? args.0.vector ?? args.0.vectors'
export const search = {
  batch_size: queriesIn,
  candidates: candidatesOf,
  filtered,
  dimensions: `dimensions(${vectors})`,
}
export const found = {
  ...search,
  top_k: 'number(args.0.limit ?? args.0.topk ?? args.0.search_params.topk)',
  results: 'total(result.results)',
  // Those of several queries stand in lists of their own.
  ...scoresIn('result.results', 'score'),
}
export const page = { top_k: 'args.0.limit', results: 'result.data.length' }
/** Over HTTP those of several queries stand one after another, and have no common order. */
export const foundOver = (queries: string) => ({
  ...search,
  ...page,
  ...scoresAt(`size(${queries}) == 1 && result.data.0.distance`, `size(${queries}) == 1 && result.data.-1.distance`),
})
/** All pages that an iterator gives are one call. */
export const pages = { failed: 'false', ends: { kind: 'cursor' }, chunk: { results: 'sum(size(chunk))' } } as const
export const written = (count: string, batch_size = 'size(args.0.fields_data ?? args.0.data)') => ({
  batch_size,
  results: `number(result.${count}_cnt)`,
  failed_items: 'size(result.err_index) || undefined',
})
/** Not what the client asks for itself with what it was given: an insert, a search, a deletion, an iteration. */
export const described = `(${['cache', 'ids', 'filter', 'expr', 'data', 'limit', 'batchSize']
  .map((key) => `has(args.0.${key})`)
  .join(' || ')}) == false`

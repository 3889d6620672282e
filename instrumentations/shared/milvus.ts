import type { Call } from '../../agent/model.ts'
import { listOf, numberOf, textOf } from './kinds.ts'

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

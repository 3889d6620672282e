import type { Call } from '../../agent/model.ts'
import { bulkOf, holdsVector } from './documents.ts'
import { numberOf } from './kinds.ts'

/** What a search body of Elasticsearch or OpenSearch says of its search by vector. */
export interface VectorSearch {
  readonly k: unknown
  readonly candidates: unknown
  /** Of the query's vector, where it is one that is dense. */
  readonly dimensions?: number | undefined
  readonly filtered: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: a search body is read by shape
type Any = any

/** Queries that search by vector; for some the service embeds the text. */
const vectorQueries = new Set([
  'knn',
  'sparse_vector',
  'text_expansion',
  'weighted_tokens',
  'semantic',
  'neural',
  'neural_sparse',
])
/** Where queries and retrievers hold others. */
const holders = [
  'must',
  'should',
  'filter',
  'must_not',
  'query',
  'queries',
  'positive',
  'negative',
  'organic',
  'functions',
  'retriever',
  'retrievers',
]
const vectorScript =
  /\b(?:cosineSimilarity|cosinesimil|dotProduct|innerProduct|l[12][nN]orm|lInfNorm|l[12]Squared|hamming|knn_score)\b/

/** Finds the first query by vector of a search body; undefined where there is none, as in a search for words. */
export function vectorSearchOf(given: Any): VectorSearch | undefined {
  const body = typeof given === 'string' ? parsed(given) : given
  if (typeof body !== 'object' || body === null) return undefined
  const { knn, query, retriever } = body
  const found = (knn && detailsOf('knn', knn, false)) || searchIn(query, false) || searchIn(retriever, false)
  return found && body.post_filter !== undefined ? { ...found, filtered: true } : found
}

/** A body may come as its text. */
function parsed(text: string): unknown {
  const names = /"(?:knn|sparse_vector|text_expansion|weighted_tokens|semantic|neural|neural_sparse|script_score)"/
  if (!names.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function searchIn(clause: Any, filtered: boolean): VectorSearch | undefined {
  if (typeof clause !== 'object' || clause === null) return undefined
  if (Array.isArray(clause)) return first(clause, (one) => searchIn(one, filtered))
  return first(Object.entries(clause), ([type, body]: [string, Any]) => {
    if (vectorQueries.has(type)) return detailsOf(type, body, filtered)
    if (type === 'script_score' && isVectorScript(body?.script)) {
      const { query } = body
      return { k: undefined, candidates: undefined, filtered: filtered || (!!query && !('match_all' in query)) }
    }
    if (holders.includes(type)) return searchIn(body, filtered)
    if (typeof body !== 'object' || body === null) return undefined
    const within = (name: string) => filtered || (name !== 'filter' && body.filter !== undefined) || !!body.must_not
    return first(holders, (name) => searchIn(body[name], within(name)))
  })
}

/** OpenSearch has the field's name around it, which may be any. */
function detailsOf(type: string, body: Any, filtered: boolean): VectorSearch {
  const one = Array.isArray(body) ? body[0] : body
  const isFlat = typeof one?.field === 'string' || typeof one?.k === 'number'
  const isNested = (type === 'knn' || type === 'neural') && !isFlat
  const details = isNested ? Object.values(one ?? {})[0] : one
  const { ef_search, nprobes } = details?.method_parameters ?? {}
  return {
    k: details?.k,
    candidates: details?.num_candidates ?? ef_search ?? nprobes,
    dimensions: sizeOfVector(details?.query_vector ?? details?.vector),
    filtered: filtered || details?.filter !== undefined,
  }
}

const sizeOfVector = (vector: unknown) =>
  Array.isArray(vector) || vector instanceof Float32Array ? vector.length : undefined

/** A stored script has no source here, but its parameters may be vectors. */
function isVectorScript(script: Any): boolean {
  if (typeof script === 'string') return vectorScript.test(script)
  if (typeof script?.source === 'string') return vectorScript.test(script.source)
  return Object.values(script?.params ?? {}).some((value) => Array.isArray(value) && typeof value[0] === 'number')
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** A batch's headers and bodies alternate. */
export function batchSearchesByVector(batch: Any): boolean {
  return Array.isArray(batch) && batch.some((body, i) => i % 2 === 1 && vectorSearchOf(body) !== undefined)
}

/** One name, or several as the path has them. */
export const indexName = (index: unknown) => (Array.isArray(index) ? index.join(',') : index)

const paramsOf = ({ args }: Pick<Call, 'args'>): Any => args[0] ?? {}
const searchOf = (call: Call) => vectorSearchOf(paramsOf(call).body) ?? vectorSearchOf(paramsOf(call))

/** Results asked for, and what the index is told to look at: so is `k`, where `size` takes less of it. */
export function numbersOf(found: VectorSearch | undefined, size: unknown): { top_k: unknown; candidates: unknown } {
  const { k, candidates } = found ?? {}
  const isMore = Number(numberOf(k)) > Number(numberOf(size))
  return { top_k: size ?? k, candidates: candidates ?? (isMore ? k : undefined) }
}

/** Of methods that take Elasticsearch's parameters, flat or in a `body`. */
export const byVector = (call: Call) => searchOf(call) !== undefined
export const byVectorInBatch = (call: Call) => batchSearchesByVector(paramsOf(call).searches ?? paramsOf(call).body)
export const indexOf = (call: Call) => indexName(paramsOf(call).index)
const sizeOf = (call: Call) => paramsOf(call).size ?? paramsOf(call).body?.size
export const vectorSearch = {
  top_k: (call: Call) => numbersOf(searchOf(call), sizeOf(call)).top_k,
  candidates: (call: Call) => numbersOf(searchOf(call), sizeOf(call)).candidates,
  dimensions: (call: Call) => searchOf(call)?.dimensions,
  filtered: (call: Call) => searchOf(call)?.filtered || paramsOf(call).filter !== undefined,
}

export function writesVectors(call: Call): boolean {
  const { document, doc, upsert, script, body } = paramsOf(call)
  return [document, doc, upsert, script, body].some((one) => holdsVector(one))
}
const bulkIn = (call: Call) => bulkOf(paramsOf(call).operations ?? paramsOf(call).body)
export const writesVectorsInBulk = (call: Call) => bulkIn(call).hasVectors
export const actionOf = (call: Call) => bulkIn(call).action ?? 'bulk'

import type { Call, Method } from '../../agent/model.ts'
import { numberOf, objectsOf } from './kinds.ts'
import { kindOf, scoresAt } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters are read by shape
type Any = any

const vectorOf = (params: Any): string => (typeof params?.vector_query === 'string' ? params.vector_query : '')
/** `v:([…], k: 10, ef: 50)`; the vector before it may be long. */
const numberIn = (params: Any, name: string) =>
  numberOf(new RegExp(String.raw`\b${name}\s*:\s*(\d+)`).exec(vectorOf(params).slice(-200))?.[1])
const searchesOf = ({ args }: Call) => objectsOf((args[0] as Any)?.searches)
/** The parameters of a search, of the first by vector in a batch, or what all searches of a batch share. */
const paramsOf = (call: Call): Any =>
  [call.args[0], ...searchesOf(call), call.args[1]].find((params) => vectorOf(params) !== '') ?? call.args[0]

export const byVector = ({ args }: Call) => vectorOf(args[0]) !== ''
/** What all searches of a batch share is its second argument. */
export const byVectorInBatch = (call: Call) => vectorOf(paramsOf(call)) !== ''

/** The page that is asked for; of what is near alone there are not more than `k`. */
export function topK({ args: [params] }: Call): number | undefined {
  const { q, per_page, limit } = (params ?? {}) as Any
  const [near, page] = [numberIn(params, 'k'), numberOf(per_page ?? limit)]
  return page === undefined || (q === '*' && near !== undefined && near < page) ? near : page
}
/** What the index is told to look at, or the neighbours that are more than the page. */
export function candidates(call: Call): number | undefined {
  const near = numberIn(call.args[0], 'k')
  return numberIn(call.args[0], 'ef') ?? ((near ?? 0) > (topK(call) ?? 0) ? near : undefined)
}

/** The numbers in a vector, which is a text here. */
export function dimensions(call: Call): number | undefined {
  const [, vector = ''] = /\[([^\]]*)\]/.exec(vectorOf(paramsOf(call))) ?? []
  return vector.trim() === '' ? undefined : vector.split(',').length
}

/** Where a batch's searches are all of the same one. */
export const sameCollection = (call: Call) => {
  const names = new Set(searchesOf(call).map(({ collection }) => collection ?? (call.args[1] as Any)?.collection))
  return names.size === 1 ? [...names][0] : undefined
}

const returned = new WeakSet<object>()
const hits = new WeakMap<Call, boolean>()

/** The client's cache hands on the object that a call before has got; where that was not recorded, nothing is known. */
export function cacheHit(call: Call): true | undefined {
  if (!hits.has(call)) {
    const result = call.of(call.result)
    hits.set(call, returned.has(result))
    returned.add(result)
  }
  return hits.get(call) || undefined
}

/** The server's time, of a batch that of all its searches; what comes from the client's cache took none. */
export function serverMs(call: Call): number | undefined {
  const { search_time_ms, results } = (call.result ?? {}) as Any
  const times = [search_time_ms, ...objectsOf(results).map((one) => one.search_time_ms)].map(numberOf)
  const told = times.filter((time) => time !== undefined)
  return told.length > 0 && !cacheHit(call) ? told.reduce((sum, time) => sum + time, 0) : undefined
}

export const collection = 'this.collectionName'
const found = 'result.hits.length ?? result.grouped_hits.length'
const told = { dimensions, cache_hit: cacheHit, server_ms: serverMs }
export const search = { ...told, collection, top_k: topK, candidates, filtered: 'is(args.0.filter_by)', results: found }
/** Of a search for words as well, each result has the score by which both rank it; else its distance. */
const scoreOf = (hit: string) => [`${hit}.hybrid_search_info.rank_fusion_score`, `${hit}.vector_distance`] as const
const [[fused, near], last] = [scoreOf('result.hits.0'), scoreOf('result.hits.-1')]
export const scores = {
  ...scoresAt(`${fused} ?? ${near}`, last.join(' ?? ')),
  score_kind: kindOf(fused, 'similarity', kindOf(near, 'distance')),
}
export const batch = {
  ...told,
  collection: sameCollection,
  batch_size: 'args.0.searches.length',
  filtered: 'is(trues(args.0.searches.*.filter_by) || args.1.filter_by)',
  results: `total(result.results.*.hits) + total(result.results.*.grouped_hits) ?? ${found}`,
  failed_items: 'trues(result.results.*.code) || undefined',
}

const outcomes = new WeakMap<Call, readonly Any[]>()
/** What became of each document: documents as a text of lines have their outcomes as such a text. */
function outcomesOf(call: Call): readonly Any[] {
  const known = outcomes.get(call)
  if (known !== undefined) return known
  const { result } = call
  const rows = typeof result === 'string' ? linesIn(result).map(parsed) : objectsOf(result)
  outcomes.set(call, rows)
  return rows
}
function parsed(line: string): unknown {
  try {
    return JSON.parse(line) ?? {}
  } catch {
    return {}
  }
}
const failedOf = (call: Call) => outcomesOf(call).filter(({ success }) => success === false)
const linesIn = (text: string) => text.split('\n').filter((line) => line !== '')

/** An import of documents as a list, or as a text of lines; of a stream they are not counted. */
export const imported = {
  // A document that was not written has the number of its error.
  failed: (call: Call) => {
    const failed = failedOf(call)
    return failed.length > 0 && failed.length === outcomesOf(call).length ? { code: failed[0].code } : undefined
  },
  metadata: {
    batch_size: ({ args: [given] }: Call) =>
      typeof given === 'string' ? linesIn(given).length : Array.isArray(given) ? given.length : undefined,
    results: (call: Call) =>
      call.result === undefined ? undefined : outcomesOf(call).filter(({ success }) => success === true).length,
    failed_items: (call: Call) => failedOf(call).length || undefined,
  },
} satisfies Partial<Method>

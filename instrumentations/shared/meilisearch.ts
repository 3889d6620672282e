import type { Call } from '../../agent/model.ts'
import { listOf, textOf } from './kinds.ts'
import { scoresIn } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

const requestOf = ({ args }: Call): Any => args[0] ?? {}
const searchesByVector = (params: Any) =>
  [params?.hybrid, params?.hybridEmbedder, params?.vector, params?.media].some(Boolean)

/** Which request it is, by its path in the index: `search`, `documents/fetch`. */
export const asks = (path: RegExp) => (call: Call) =>
  path.test(textOf(requestOf(call).path).replace(/^indexes\/[^/]+\//, ''))

const [asksSearch, asksBatch] = [asks(/^search$/), asks(/^multi-search$/)]
export const byVector = (call: Call) =>
  asksSearch(call) && searchesByVector(requestOf(call).body ?? requestOf(call).params)
export const byVectorInBatch = (call: Call) =>
  asksBatch(call) && listOf((requestOf(call).body ?? requestOf(call).params)?.queries).some(searchesByVector)

export const collection = (call: Call) => /^indexes\/([^/]+)/.exec(textOf(requestOf(call).path))?.[1]

const sent = (call: Call): Any => requestOf(call).body ?? requestOf(call).params
/** A vector is a list, or a text in a request by GET; the first of a batch counts. */
export function dimensions(call: Call): number | undefined {
  const { vector, queries } = sent(call) ?? {}
  const given = vector ?? listOf(queries).find((one) => one?.vector)?.vector
  return typeof given === 'string' ? given.split(',').length : listOf(given).length || undefined
}

/** Whether bytes of a streamed answer hold a piece of its text. */
export const holdsText = (chunk: unknown): boolean =>
  chunk instanceof Uint8Array && /"content":\s*"[^"]/.test(Buffer.from(chunk).toString('latin1'))

const named = (name: string) => `args.0.body.${name} ?? args.0.params.${name}`
const server_ms = 'result.processingTimeMs ?? sum(result.results.*.processingTimeMs)'
export const hits = {
  collection,
  top_k: `${named('limit')} ?? ${named('hitsPerPage')}`,
  filtered: `is(${named('filter')})`,
  query_len: `chars(${named('q')})`,
  dimensions,
  results: 'result.hits.length ?? result.facetHits.length',
  server_ms,
}
/** Where the search asks for its scores. */
export const near = { ...hits, ...scoresIn('result.hits', '_rankingScore', 'similarity') }
export const batch = {
  batch_size: 'args.0.body.queries.length',
  top_k: 'args.0.body.federation.limit',
  filtered: 'is(trues(args.0.body.queries.*.filter))',
  dimensions,
  results: 'total(result.results.*.hits) ?? result.hits.length',
  server_ms,
}
export const page = {
  ...{ collection, top_k: named('limit'), filtered: `is(${named('filter')})` },
  results: 'result.results.length',
}

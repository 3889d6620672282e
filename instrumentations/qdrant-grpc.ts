import type { Instrumentation } from '../agent/model.ts'
import { tokensOf, updates } from './shared/qdrant.ts'

const [top_k, filtered] = ['args.0.limit', 'is(args.0.filter)']
/** What a query is near to: a vector, a point by its id, or a text that the server embeds. */
const query = 'args.0.query.variant'
const near = (key: string) => `${query}.value.variant.value.${key} ?? ${query}.value.nearest.variant.value.${key}`
const search = {
  top_k,
  candidates: 'args.0.params.hnswEf',
  filtered,
  dimensions: `dimensions(${['variant', 'nearest', 'positive'].map((at) => `${query}.value.${at}`).join(' ?? ')} ?? args.0.vector)`,
  model: near('model'),
  query_len: `chars(${near('text')})`,
}
const searches = (results: string) => ({ scope: 'search', metadata: { ...search, results } })
/** A query by nothing but a filter or an order reads points as `scroll` does. */
const ranks = `is(size(args.0.prefetch)) || is(${query}) && is(${query}.case == 'orderBy' || ${query}.case == 'sample') == false`
const queries = (results: string) => [
  { ...searches(results), when: ranks },
  { ...searches(results), scope: 'fetch' },
]
const batch = (at: string) => ({
  scope: 'search',
  metadata: {
    batch_size: `${at}.length`,
    filtered: `is(trues(${at}.*.filter))`,
    results: 'total(result.result.*.result)',
  },
})
const [rows, inGroups] = ['result.result.length', 'result.result.groups.length']
const [one, groups] = [searches(rows), searches(inGroups)]
const read = (results: string) => ({ scope: 'fetch', metadata: { top_k, filtered, results } })
const matrix = (results: string) => ({ ...one, metadata: { top_k, candidates: 'args.0.sample', filtered, results } })
const vectors = {
  scope: 'upsert',
  metadata: {
    batch_size: 'args.0.points.length',
    dimensions: 'dimensions(args.0.points.0.vectors.vectorsOptions.value)',
  },
}
const chosen = (scope: string, at: string) => ({
  scope,
  metadata: { batch_size: `args.0.${at}.pointsSelectorOneOf.value.ids.length` },
})
/** Every service has its client from the same function; that of the collections has a `get` and a `delete` of its own. */
const when = 'is(this.scroll)'

export default {
  name: 'qdrant-grpc',
  module: '@qdrant/js-client-grpc',
  versions: '>=1.18 <2',
  target: 'vector_store',
  system: { db: 'qdrant' },
  classes: [
    {
      at: 'QdrantClient.prototype.api()',
      metadata: { collection: 'args.0.collectionName', server_ms: 'result.time * 1000', input_tokens: tokensOf },
      methods: {
        'query?': queries(rows),
        'search?': one,
        'recommend?': one,
        'discover?': one,
        'queryBatch?': batch('args.0.queryPoints'),
        'searchBatch?': batch('args.0.searchPoints'),
        'recommendBatch?': batch('args.0.recommendPoints'),
        'discoverBatch?': batch('args.0.discoverPoints'),
        'queryGroups?': queries(inGroups),
        'searchGroups?': groups,
        'recommendGroups?': groups,
        'searchMatrixPairs?': matrix('result.result.pairs.length'),
        'searchMatrixOffsets?': matrix('result.result.scores.length'),
        'upsert?': vectors,
        'updateVectors?': vectors,
        'setPayload?': chosen('upsert', 'pointsSelector'),
        'overwritePayload?': chosen('upsert', 'pointsSelector'),
        'updateBatch?': updates,
        'get?': { scope: 'fetch', when, metadata: { batch_size: 'args.0.ids.length', results: rows } },
        'scroll?': read(rows),
        'facet?': read('result.hits.length'),
        'count?': { scope: 'fetch', metadata: { filtered } },
        'delete?': { ...chosen('delete', 'points'), when },
        'deleteVectors?': chosen('delete', 'pointsSelector'),
        'deletePayload?': chosen('delete', 'pointsSelector'),
        'clearPayload?': chosen('delete', 'points'),
      },
    },
  ],
} satisfies Instrumentation

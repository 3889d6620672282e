import type { Instrumentation } from '../agent/model.ts'

const search = { top_k: 'args.0.limit', candidates: 'args.0.params.hnswEf', filtered: 'has(args.0.filter)' }
const one = { scope: 'search', metadata: { ...search, results: 'result.result.length' } }
const groups = { scope: 'search', metadata: { ...search, results: 'result.result.groups.length' } }
const batch = (queries: string) => ({
  scope: 'search',
  metadata: { batch_size: `args.0.${queries}.length`, results: 'total(result.result.*.result)' },
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
      metadata: { collection: 'args.0.collectionName', server_ms: 'result.time * 1000' },
      methods: {
        'query?': one,
        'search?': one,
        'recommend?': one,
        'discover?': one,
        'queryBatch?': batch('queryPoints'),
        'searchBatch?': batch('searchPoints'),
        'recommendBatch?': batch('recommendPoints'),
        'discoverBatch?': batch('discoverPoints'),
        'queryGroups?': groups,
        'searchGroups?': groups,
        'recommendGroups?': groups,
        'upsert?': { scope: 'upsert', metadata: { batch_size: 'args.0.points.length' } },
        'get?': {
          scope: 'fetch',
          when,
          metadata: { batch_size: 'args.0.ids.length', results: 'result.result.length' },
        },
        'scroll?': { scope: 'fetch', metadata: { top_k: 'args.0.limit', results: 'result.result.length' } },
        'delete?': {
          scope: 'delete',
          when,
          metadata: { batch_size: 'args.0.points.pointsSelectorOneOf.value.ids.length' },
        },
      },
    },
  ],
} satisfies Instrumentation

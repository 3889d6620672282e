import type { Instrumentation } from '../agent/model.ts'

const search = { top_k: 'args.1.limit', candidates: 'args.1.params.hnsw_ef', filtered: 'has(args.1.filter)' }
const searches = (results: string) => ({ scope: 'search', metadata: { ...search, results } })
const batches = (results: string) => ({ scope: 'search', metadata: { batch_size: 'args.1.searches.length', results } })
const groups = searches('result.groups.length')
const found = searches('result.length')
const foundInBatch = batches('total(result)')
const byPoints = { scope: 'delete', metadata: { batch_size: 'args.1.points.length' } }

export default {
  name: 'qdrant',
  module: '@qdrant/js-client-rest',
  versions: '>=1.18 <2',
  target: 'vector_store',
  system: { db: 'qdrant' },
  classes: [
    {
      at: 'QdrantClient.prototype',
      metadata: { collection: 'args.0' },
      methods: {
        query: searches('result.points.length'),
        queryBatch: batches('total(result.*.points)'),
        queryGroups: groups,
        upsert: { scope: 'upsert', metadata: { batch_size: 'count(args.1.points)' } },
        updateVectors: { scope: 'upsert', metadata: { batch_size: 'args.1.points.length' } },
        batchUpdate: { scope: 'upsert', metadata: { batch_size: 'args.1.operations.length' } },
        retrieve: { scope: 'fetch', metadata: { batch_size: 'args.1.ids.length', results: 'result.length' } },
        scroll: { scope: 'fetch', metadata: { ...search, results: 'result.points.length' } },
        delete: byPoints,
        deleteVectors: byPoints,
      },
    },
    {
      at: 'QdrantClient.prototype',
      versions: '<1.19',
      metadata: { collection: 'args.0' },
      methods: {
        search: found,
        searchBatch: foundInBatch,
        searchPointGroups: groups,
        recommend: found,
        recommendBatch: foundInBatch,
        recommendPointGroups: groups,
        discoverPoints: found,
        discoverBatchPoints: foundInBatch,
      },
    },
  ],
} satisfies Instrumentation

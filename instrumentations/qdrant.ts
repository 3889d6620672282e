import type { Instrumentation } from '../agent/model.ts'

const search = { collection: 'args.0', top_k: 'args.1.limit', results: 'result.points.length' }
const oldSearch = { collection: 'args.0', top_k: 'args.1.limit', results: 'result.length' }

export default {
  name: 'qdrant',
  module: '@qdrant/js-client-rest',
  versions: '>=1.18 <2',
  target: 'vector_store',
  methods: [
    { at: 'QdrantClient.prototype.query', scope: 'search', metadata: search },
    {
      at: 'QdrantClient.prototype.queryBatch',
      scope: 'search',
      metadata: { collection: 'args.0', batch_size: 'args.1.searches.length', results: 'result.length' },
    },
    {
      at: 'QdrantClient.prototype.queryGroups',
      scope: 'search',
      metadata: { collection: 'args.0', top_k: 'args.1.limit', results: 'result.groups.length' },
    },
    { at: 'QdrantClient.prototype.search', scope: 'search', versions: '<1.19', metadata: oldSearch },
    {
      at: 'QdrantClient.prototype.searchBatch',
      scope: 'search',
      versions: '<1.19',
      metadata: { collection: 'args.0', batch_size: 'args.1.searches.length', results: 'result.length' },
    },
    { at: 'QdrantClient.prototype.recommend', scope: 'search', versions: '<1.19', metadata: oldSearch },
    {
      at: 'QdrantClient.prototype.upsert',
      scope: 'upsert',
      metadata: { collection: 'args.0', batch_size: 'count(args.1.points)' },
    },
    {
      at: 'QdrantClient.prototype.retrieve',
      scope: 'fetch',
      metadata: { collection: 'args.0', batch_size: 'args.1.ids.length', results: 'result.length' },
    },
    {
      at: 'QdrantClient.prototype.scroll',
      scope: 'fetch',
      metadata: { collection: 'args.0', top_k: 'args.1.limit', results: 'result.points.length' },
    },
    {
      at: 'QdrantClient.prototype.delete',
      scope: 'delete',
      metadata: { collection: 'args.0', batch_size: 'args.1.points.length' },
    },
  ],
} satisfies Instrumentation

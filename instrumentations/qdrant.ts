import type { Instrumentation } from '../agent/model.ts'
import { updates } from './shared/qdrant.ts'
import { scoresAt, scoresIn } from './shared/scores.ts'

const [top_k, filtered] = ['args.1.limit', 'is(keys(args.1.filter))']
/** Of several vectors, of one of those that have names, or of what is searched near. */
const vector = 'args.1.query.nearest ?? args.1.query ?? args.1.vector.vector ?? args.1.vector'
const search = {
  top_k,
  candidates: 'args.1.params.hnsw_ef',
  filtered,
  dimensions: `size(${vector}) && dimensions(${vector})`,
  model: 'args.1.query.model ?? args.1.query.nearest.model',
  query_len: 'chars(args.1.query.text ?? args.1.query.nearest.text)',
}
const searches = (found: string, scores: object) => ({
  scope: 'search',
  metadata: { ...search, results: `${found}.length`, ...scores },
})
/** A query by nothing but a filter or an order reads points as `scroll` does. */
const ranks = 'is(args.1.prefetch) || is(args.1.query) && is(args.1.query.order_by || args.1.query.sample) == false'
const queries = (found: string, scores: object) => [
  { ...searches(found, scores), when: ranks },
  { ...searches(found, {}), scope: 'fetch' },
]
const batches = (results: string) => ({
  scope: 'search',
  metadata: { batch_size: 'args.1.searches.length', filtered: 'is(trues(args.1.searches.*.filter))', results },
})
/** A group is as near as the nearest in it. */
const inGroups = scoresAt('result.groups.0.hits.0.score', 'result.groups.-1.hits.0.score')
const found = searches('result', scoresIn('result', 'score'))
const groups = searches('result.groups', inGroups)
const batch_size = 'size(args.1.points) ?? size(args.1.batch.ids)'
const dimensions = 'dimensions(args.1.points.0.vector ?? args.1.batch.vectors)'
const matrix = (results: string) => ({
  scope: 'search',
  metadata: { top_k, candidates: 'args.1.sample', filtered, results },
})

export default {
  name: 'qdrant',
  module: '@qdrant/js-client-rest',
  versions: '>=1.18 <2',
  target: 'vector_store',
  system: { db: 'qdrant' },
  classes: [
    {
      at: 'QdrantClient.prototype',
      metadata: { collection: 'args.0', namespace: 'args.1.shard_key' },
      methods: {
        query: queries('result.points', scoresIn('result.points', 'score')),
        queryBatch: batches('total(result.*.points)'),
        queryGroups: queries('result.groups', inGroups),
        searchMatrixPairs: matrix('result.pairs.length'),
        searchMatrixOffsets: matrix('result.scores.length'),
        'upsert updateVectors': { scope: 'upsert', metadata: { batch_size, dimensions } },
        'setPayload overwritePayload': { scope: 'upsert', metadata: { batch_size } },
        batchUpdate: updates,
        retrieve: { scope: 'fetch', metadata: { batch_size: 'args.1.ids.length', results: 'result.length' } },
        scroll: { scope: 'fetch', metadata: { top_k, filtered, results: 'result.points.length' } },
        count: { scope: 'fetch', metadata: { filtered } },
        facet: { scope: 'fetch', metadata: { top_k, filtered, results: 'result.hits.length' } },
        'delete deleteVectors deletePayload clearPayload': { scope: 'delete', metadata: { batch_size } },
      },
      manages: `createCollection recreateCollection updateCollection deleteCollection getCollection getCollections
        collectionExists createPayloadIndex deletePayloadIndex createVectorName deleteVectorName createShardKey
        deleteShardKey getAliases getCollectionAliases updateCollectionAliases collectionClusterInfo`,
    },
    {
      at: 'QdrantClient.prototype',
      versions: '<1.19',
      metadata: { collection: 'args.0', namespace: 'args.1.shard_key' },
      methods: {
        search: found,
        searchBatch: batches('total(result)'),
        searchPointGroups: groups,
        recommend: found,
        'recommendBatch recommend_batch': batches('total(result)'),
        recommendPointGroups: groups,
        discoverPoints: found,
        discoverBatchPoints: batches('total(result)'),
      },
    },
  ],
} satisfies Instrumentation

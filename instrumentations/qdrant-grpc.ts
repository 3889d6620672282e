import type { Instrumentation } from '../agent/model.ts'
import { manage } from './shared/operations.ts'
import { tokensOf, updates } from './shared/qdrant.ts'
import { scoresAt, scoresIn } from './shared/scores.ts'

const [top_k, filtered] = ['args.0.limit', 'is(args.0.filter)']
/** What a query is near to: a vector, a point by its id, or a text that the server embeds. */
const query = 'args.0.query.variant'
const embeds = (key: string) => `${query}.value.variant.value.${key} ?? ${query}.value.nearest.variant.value.${key}`
const search = {
  top_k,
  candidates: 'args.0.params.hnswEf',
  filtered,
  dimensions: `dimensions(${['variant', 'nearest', 'positive'].map((at) => `${query}.value.${at}`).join(' ?? ')} ?? args.0.vector)`,
  model: embeds('model'),
  query_len: `chars(${embeds('text')})`,
}
/** A query by nothing but a filter or an order reads points as `scroll` does. */
const ranks = `is(size(args.0.prefetch)) || is(${query}) && is(${query}.case == 'orderBy' || ${query}.case == 'sample') == false`
const inAll = 'total(result.result.*.result)'
const batch = (at: string) => ({
  scope: 'search',
  metadata: { batch_size: `${at}.length`, filtered: `is(trues(${at}.*.filter))`, results: inAll },
})
const [points, inGroups] = [
  { ...search, results: 'result.result.length' },
  { ...search, results: 'result.result.groups.length' },
]
const near = { scope: 'search', metadata: { ...points, ...scoresIn('result.result', 'score') } }
/** A group is as near as the nearest in it. */
const group = (at: string) => `result.result.groups.${at}.hits.0.score`
const nearGroups = { scope: 'search', metadata: { ...inGroups, ...scoresAt(group('0'), group('-1')) } }
const read = (results: string) => ({ scope: 'fetch', metadata: { top_k, filtered, results } })
const sample = { top_k, candidates: 'args.0.sample', filtered }
const dimensions = 'dimensions(args.0.points.0.vectors.vectorsOptions.value)'
const chosen = (at: string) => ({ batch_size: `args.0.${at}.pointsSelectorOneOf.value.ids.length` })
/** Every service has its client from the same function; that of the collections has a `get` and a `delete` of its own. */
const when = 'is(this.scroll)'
const ofCollections = { when: 'is(this.collectionExists)' }

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
        'query?': [
          { ...near, when: ranks },
          { scope: 'fetch', metadata: points },
        ],
        'search? recommend? discover?': near,
        'queryBatch?': batch('args.0.queryPoints'),
        'searchBatch?': batch('args.0.searchPoints'),
        'recommendBatch?': batch('args.0.recommendPoints'),
        'discoverBatch?': batch('args.0.discoverPoints'),
        'queryGroups?': [
          { ...nearGroups, when: ranks },
          { scope: 'fetch', metadata: inGroups },
        ],
        'searchGroups? recommendGroups?': nearGroups,
        'searchMatrixPairs?': { scope: 'search', metadata: { ...sample, results: 'result.result.pairs.length' } },
        'searchMatrixOffsets?': { scope: 'search', metadata: { ...sample, results: 'result.result.scores.length' } },
        'upsert? updateVectors?': { scope: 'upsert', metadata: { batch_size: 'args.0.points.length', dimensions } },
        'setPayload? overwritePayload?': { scope: 'upsert', metadata: chosen('pointsSelector') },
        'updateBatch?': updates,
        'get?': [
          { scope: 'fetch', when, metadata: { batch_size: 'args.0.ids.length', results: points.results } },
          manage('get_collection', ofCollections),
        ],
        'scroll?': read(points.results),
        'facet?': read('result.hits.length'),
        'count?': { scope: 'fetch', metadata: { filtered } },
        'delete?': [{ scope: 'delete', when, metadata: chosen('points') }, manage('delete_collection', ofCollections)],
        'deleteVectors? deletePayload?': { scope: 'delete', metadata: chosen('pointsSelector') },
        'clearPayload?': { scope: 'delete', metadata: chosen('points') },
        'create?': manage('create_collection', ofCollections),
        'update?': manage('update_collection', ofCollections),
        'list?': manage('list_collections', ofCollections),
      },
      manages: `collectionExists? createFieldIndex? deleteFieldIndex? createShardKey? deleteShardKey? updateAliases?
        listAliases? listCollectionAliases? collectionClusterInfo?`,
    },
  ],
} satisfies Instrumentation

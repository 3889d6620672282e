import type { Call, Instrumentation } from '../agent/model.ts'
import { command, managesIn } from './shared/operations.ts'
import { kindOf, scoresAt } from './shared/scores.ts'
import {
  byVector,
  byVectorInBatch,
  cacheHit,
  candidates,
  dimensions,
  sameCollection,
  serverMs,
  topK,
} from './shared/typesense.ts'

const collection = 'this.collectionName'
const hits = 'result.hits.length ?? result.grouped_hits.length'
const told = { dimensions, cache_hit: cacheHit, server_ms: serverMs }
const search = { ...told, collection, top_k: topK, candidates, filtered: 'is(args.0.filter_by)', results: hits }
/** Of a search for words as well, each result has the score by which both rank it; else its distance. */
const scoreOf = (hit: string) => [`${hit}.hybrid_search_info.rank_fusion_score`, `${hit}.vector_distance`] as const
const [[fused, near], last] = [scoreOf('result.hits.0'), scoreOf('result.hits.-1')]
const scores = {
  ...scoresAt(`${fused} ?? ${near}`, last.join(' ?? ')),
  score_kind: kindOf(fused, 'similarity', kindOf(near, 'distance')),
}
const batch = {
  ...told,
  collection: sameCollection,
  batch_size: 'args.0.searches.length',
  filtered: 'is(trues(args.0.searches.*.filter_by) || args.1.filter_by)',
  results: `total(result.results.*.hits) + total(result.results.*.grouped_hits) ?? ${hits}`,
  failed_items: 'trues(result.results.*.code) || undefined',
}
const either = (when: (call: Call) => boolean, operation: string, metadata = {}) => [
  { scope: 'search', when, metadata },
  command(operation),
]
const results = 'trues(result.*.success) ?? result.num_updated'
const one = { scope: 'upsert', metadata: { batch_size: 1, results } }
const several = {
  scope: 'upsert',
  // A row that was not written has the number of its error.
  failed: 'trues(result.*.code) && trues(result.*.code) == size(result) && result.0',
  metadata: { batch_size: 'size(args.0)', results, failed_items: 'trues(result.*.code) || undefined' },
}
const single = (scope: string) => ({ scope, metadata: { batch_size: 1 } })

export default {
  name: 'typesense',
  module: 'typesense',
  versions: '>=2 <4',
  target: 'vector_store',
  system: { db: 'typesense' },
  observe: 'chain',
  classes: [
    {
      at: 'SearchOnlyDocuments.prototype',
      file: 'lib/Typesense/SearchOnlyDocuments',
      metadata: search,
      methods: { search: either(byVector, 'search', scores) },
    },
    {
      at: 'default.prototype',
      file: 'lib/Typesense/MultiSearch',
      failed: 'trues(result.results.*.code) == size(result.results) && result.results.0',
      metadata: batch,
      methods: { perform: either(byVectorInBatch, 'multi_search') },
    },
    {
      at: 'default.prototype',
      file: 'lib/Typesense/Documents',
      metadata: { collection },
      methods: {
        'create upsert emplace?': one,
        // By a filter it is of as many as there are.
        update: [{ scope: 'upsert', when: 'args.1.filter_by', metadata: { results } }, one],
        // `createMany` calls the first.
        'import importStream': several,
        delete: { scope: 'delete', metadata: { results: 'result.num_deleted' } },
        'export exportStream': 'fetch',
      },
    },
    {
      at: 'default.prototype',
      file: 'lib/Typesense/Collections',
      metadata: { collection: 'args.0.name' },
      manages: managesIn('collections_', 'create retrieve'),
    },
    {
      at: 'default.prototype',
      file: 'lib/Typesense/Collection',
      metadata: { collection: 'this.name' },
      manages: managesIn('collection_', 'retrieve update delete exists'),
    },
    {
      at: 'default.prototype',
      file: 'lib/Typesense/Aliases',
      metadata: { collection: 'args.1.collection_name' },
      manages: managesIn('aliases_', 'retrieve upsert'),
    },
    {
      at: 'Document.prototype',
      file: 'lib/Typesense/Document',
      metadata: { collection },
      methods: { retrieve: single('fetch'), update: single('upsert'), delete: single('delete') },
    },
  ],
} satisfies Instrumentation

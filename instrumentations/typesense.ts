import type { Call, Instrumentation } from '../agent/model.ts'
import { byVector, byVectorInBatch, candidates, sameCollection, topK } from './shared/typesense.ts'

const collection = 'this.collectionName'
const hits = 'result.hits.length ?? result.grouped_hits.length'
const server_ms = 'result.search_time_ms'
const search = { collection, top_k: topK, candidates, filtered: 'is(args.0.filter_by)', results: hits, server_ms }
const batch = {
  collection: sameCollection,
  batch_size: 'args.0.searches.length',
  results: `total(result.results.*.hits) + total(result.results.*.grouped_hits) ?? ${hits}`,
  server_ms,
}
const either = (when: (call: Call) => boolean, operation: string) => [
  { scope: 'search', when },
  { scope: 'query', target: 'database', metadata: { operation } },
]
const results = 'trues(result.*.success) ?? result.num_updated'
const one = { scope: 'upsert', metadata: { batch_size: 1, results } }
const several = { scope: 'upsert', metadata: { batch_size: 'size(args.0)', results } }
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
      methods: { search: either(byVector, "'search'") },
    },
    {
      at: 'default.prototype',
      file: 'lib/Typesense/MultiSearch',
      metadata: batch,
      methods: { perform: either(byVectorInBatch, "'multi_search'") },
    },
    {
      at: 'default.prototype',
      file: 'lib/Typesense/Documents',
      metadata: { collection },
      methods: {
        create: one,
        upsert: one,
        // By a filter it is of as many as there are.
        update: [{ scope: 'upsert', when: 'args.1.filter_by', metadata: { results } }, one],
        'emplace?': one,
        import: several, // createMany calls this.
        importStream: several,
        delete: { scope: 'delete', metadata: { results: 'result.num_deleted' } },
        export: { scope: 'fetch' },
        exportStream: { scope: 'fetch' },
      },
    },
    {
      at: 'Document.prototype',
      file: 'lib/Typesense/Document',
      metadata: { collection },
      methods: { retrieve: single('fetch'), update: single('upsert'), delete: single('delete') },
    },
  ],
} satisfies Instrumentation

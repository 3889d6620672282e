import type { Call, Instrumentation } from '../agent/model.ts'
import { command, managesIn } from './shared/operations.ts'
import { batch, byVector, byVectorInBatch, collection, imported, scores, search } from './shared/typesense.ts'

const either = (when: (call: Call) => boolean, operation: string, metadata = {}) => [
  { scope: 'search', when, metadata },
  command(operation),
]
const results = 'result.num_updated'
const one = { scope: 'upsert', metadata: { batch_size: 1, results } }
const several = { scope: 'upsert', ...imported }
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
        'create upsert': one,
        // By a filter it is of as many as there are.
        update: [{ scope: 'upsert', when: 'args.1.filter_by', metadata: { results } }, one],
        'emplace?': one,
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

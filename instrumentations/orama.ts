import type { Instrumentation } from '../agent/model.ts'
import { command } from './shared/operations.ts'
import { dimensions, removed } from './shared/orama.ts'
import { scoresIn } from './shared/scores.ts'

const hits = { top_k: 'args.1.limit', filtered: 'is(keys(args.1.where))', results: 'result.hits.length' }
const scores = scoresIn('result.hits', 'score', 'similarity')
const search = { scope: 'search', metadata: { ...hits, dimensions: 'args.1.vector.value.length', ...scores } }
const one = { scope: 'upsert', metadata: { batch_size: 1, dimensions } }
const many = { scope: 'upsert', metadata: { batch_size: 'args.1.length', dimensions, results: 'result.length' } }

export default {
  name: 'orama',
  module: '@orama/orama',
  versions: '>=2 <4',
  target: 'vector_store',
  system: { db: 'orama', local: true },
  observe: 'chain',
  classes: [
    {
      // Among themselves they call what is in their own files, not these exports.
      methods: {
        search: [{ ...search, when: "args.1.mode == 'vector' || args.1.mode == 'hybrid'" }, command('search', hits)],
        searchVector: search,
        insert: one,
        insertMultiple: many,
        update: one,
        updateMultiple: { scope: 'upsert', metadata: { ...many.metadata, batch_size: 'args.2.length' } },
        'upsert?': one,
        'upsertMultiple?': many,
        remove: { scope: 'delete', metadata: { batch_size: 1, results: removed } },
        removeMultiple: { scope: 'delete', metadata: { batch_size: 'args.1.length', results: 'result' } },
        // What the application's own store of documents gives is handed on as it is.
        getByID: { scope: 'fetch', observe: 'beside', metadata: { batch_size: 1 } },
      },
      // A whole index, from and to what the application stores.
      manages: 'create load save',
    },
  ],
} satisfies Instrumentation

import type { Call, Instrumentation, Method } from '../agent/model.ts'
import {
  asks,
  batchSize,
  byVector,
  collection,
  managed,
  manages,
  operation,
  topK,
  vectorSearch,
  writesVectors,
} from './shared/opensearch.ts'
import { command } from './shared/operations.ts'
import { scoresIn } from './shared/scores.ts'
import { failureOf, outcome, scrolled } from './shared/search-answer.ts'
import * as body from './shared/search-body.ts'

const results = 'result.body.hits.hits.length'
const scores = scoresIn('result.body.hits.hits', '_score', 'similarity')
const batch = { batch_size: batchSize, results: 'total(result.body.responses.*.hits.hits)' }
const search = { scope: 'search', metadata: { top_k: topK, ...vectorSearch, results, ...scores } }
const bulk = { batch_size: 'result.body.items.length' }
const one = { batch_size: 1 }
const [updated, deleted] = [{ results: 'result.body.updated' }, { results: 'result.body.deleted' }]
const of = (verbs: readonly string[], test: (call: Call) => boolean) => (call: Call) => asks(verbs)(call) && test(call)
/** Commands that hold no vector. */
const plain = (verbs: readonly string[], metadata: Method['metadata'], methods?: RegExp) => ({
  scope: 'database.query',
  when: asks(verbs, methods),
  metadata: { operation, ...metadata },
})

export default {
  name: 'opensearch',
  module: '@opensearch-project/opensearch',
  versions: '>=2.13 <4',
  target: 'vector_store',
  system: { db: 'opensearch' },
  observe: 'chain',
  classes: [
    {
      at: 'Transport.prototype',
      ends: { kind: 'callback' },
      metadata: { collection, ...outcome },
      failed: failureOf,
      methods: {
        request: [
          { ...search, when: byVector('_search') },
          { scope: 'search', when: byVector('_msearch'), metadata: batch },
          { scope: 'upsert', when: of(['_bulk'], writesVectors), metadata: bulk },
          { scope: 'upsert', when: of(['_doc', '_create', '_update'], writesVectors), metadata: one },
          { scope: 'upsert', when: of(['_update_by_query'], writesVectors), metadata: updated },
          { scope: 'delete', when: byVector('_delete_by_query'), metadata: deleted },
          plain(['_search'], { top_k: topK, results }),
          plain(['_msearch'], batch),
          plain(['_bulk'], bulk),
          plain(['_doc', '_create', '_update'], one, /^[DGP]/),
          plain(['_update_by_query'], updated),
          plain(['_delete_by_query'], deleted),
          plain(['_mget'], { batch_size: batchSize, results: 'trues(result.body.docs.*.found) ?? 0' }),
          { scope: 'database.manage', when: manages, metadata: { operation: managed } },
          plain(['scroll'], { results }, /^[GP]/),
        ],
      },
    },
    {
      at: 'default.prototype',
      file: 'lib/Helpers',
      metadata: { collection: body.indexOf },
      methods: {
        scrollSearch: [
          { scope: 'search', when: body.byVector, metadata: body.vectorSearch, ...scrolled },
          { ...command('scroll', { top_k: 'args.0.size ?? args.0.body.size' }), ...scrolled },
        ],
      },
    },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { asks, batchSize, byVector, collection, topK, vectorSearch } from './shared/opensearch.ts'

const results = 'result.body.hits.hits.length'
const batch = { batch_size: batchSize, results: 'total(result.body.responses.*.hits.hits)' }
const single = { batch_size: 1 }
const search = { scope: 'search', metadata: { top_k: topK, ...vectorSearch, results } }
const database = { scope: 'query', target: 'database' }

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
      metadata: { collection, server_ms: 'result.body.took', attempts: 'result.meta.attempts + 1' },
      methods: {
        request: [
          { ...search, when: byVector('_search') },
          { scope: 'search', when: byVector('_msearch'), metadata: batch },
          { ...database, when: asks(['_search']), metadata: { operation: "'search'", top_k: topK, results } },
          { ...database, when: asks(['_msearch']), metadata: { operation: "'msearch'", ...batch } },
          { scope: 'upsert', when: asks(['_bulk']), metadata: { batch_size: 'result.body.items.length' } },
          { scope: 'upsert', when: asks(['_doc', '_create', '_update'], /^P/), metadata: single },
          { scope: 'upsert', when: asks(['_update_by_query']), metadata: { results: 'result.body.updated' } },
          { scope: 'delete', when: asks(['_doc'], /^DELETE/), metadata: single },
          { scope: 'delete', when: asks(['_delete_by_query']), metadata: { results: 'result.body.deleted' } },
          { scope: 'fetch', when: asks(['_doc'], /^GET/), metadata: single },
          {
            scope: 'fetch',
            when: asks(['_mget']),
            metadata: { batch_size: batchSize, results: 'trues(result.body.docs.*.found) ?? 0' },
          },
          { scope: 'fetch', when: asks(['scroll'], /^(?:GET|POST)/), metadata: { results } },
        ],
      },
    },
  ],
} satisfies Instrumentation

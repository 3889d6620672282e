import type { Call, Instrumentation } from '../agent/model.ts'
import { createRequests } from './shared/stainless.ts'
import { onlyDeletes, ranks } from './shared/turbopuffer.ts'

const { call, attempts, heard } = createRequests()
const also = (test: (one: Call) => boolean) => (one: Call) => call.when(one) && test(one)

const query = {
  top_k: 'args.0.top_k ?? args.0.limit.total ?? args.0.limit',
  filtered: 'has(args.0.filters)',
  results: 'result.rows.length',
}
/** Rows, and columns by their ids. */
const written = ['upsert_rows', 'patch_rows', 'upsert_columns.id', 'patch_columns.id', 'deletes']
const write = {
  batch_size: `${written.map((name) => `count(args.0.${name})`).join(' + ')} || undefined`,
  results: 'result.rows_affected',
}
const copy = { scope: 'upsert', metadata: { results: write.results } }

export default {
  name: 'turbopuffer',
  module: '@turbopuffer/turbopuffer',
  versions: '>=1.22 <3',
  target: 'vector_store',
  system: { db: 'turbopuffer' },
  classes: [
    {
      ...call,
      at: 'Turbopuffer.Namespace.prototype',
      metadata: {
        collection: 'args.0.namespace ?? this._client.defaultNamespace',
        attempts,
        server_ms: 'result.performance.server_total_ms',
      },
      methods: {
        query: [
          { scope: 'search', when: also(ranks), metadata: query },
          { scope: 'fetch', metadata: query },
        ],
        multiQuery: {
          scope: 'search',
          metadata: { batch_size: 'args.0.queries.length', results: 'result.results.length' },
        },
        write: [
          { scope: 'delete', when: also(onlyDeletes), metadata: write },
          { scope: 'upsert', metadata: write },
        ],
        // Version 1 has these in `write` alone.
        'copyFrom?': copy,
        'branchFrom?': copy,
        deleteAll: { scope: 'delete' },
      },
    },
    {
      at: 'Turbopuffer.prototype',
      methods: heard([{ scope: 'search' }, { scope: 'fetch' }, { scope: 'upsert' }, { scope: 'delete' }]),
    },
  ],
} satisfies Instrumentation

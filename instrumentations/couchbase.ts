import type { Instrumentation } from '../agent/model.ts'
import { firstWord } from './shared/sql.ts'

const ends = [{ kind: 'callback' }, { kind: 'events', done: 'end', failed: 'error', row: 'row' }] as const
/** Its rows are listened for, by the promise too where one is awaited. */
const listened = { ends, chunk: { results: 'sum(1)' }, counted: 'false' } as const
/** As its getters have them. */
const queries = 'args.1._vectorSearch._queries'
/** A search with its options, or with a callback in their place. */
const search = {
  scope: 'search',
  metadata: {
    collection: 'args.0',
    top_k: 'args.2.limit',
    batch_size: `${queries}.length`,
    candidates: `${queries}.0._numCandidates`,
    filtered: `${queries} && is(trues(${queries}.*._prefilter))`,
    results: 'result.rows.length',
    server_ms: 'result.meta.metrics.took',
  },
}
const query = {
  scope: 'database.query',
  metadata: { operation: firstWord, query_len: 'args.0.length', results: 'result.rows.length' },
}

export default {
  name: 'couchbase',
  module: 'couchbase',
  versions: '>=4.3 <5',
  target: 'vector_store',
  system: { db: 'couchbase' },
  observe: 'chain',
  classes: [
    { at: ['Scope.prototype', 'Cluster.prototype'], ...listened, methods: { search, query } },
    { at: 'Cluster.prototype', ...listened, methods: { searchQuery: search } },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { pgliteQuery } from './shared/pglite-query.ts'

const transaction = { scope: 'database.query', metadata: { operation: "'transaction'" } }

export default {
  name: 'pglite',
  module: '@electric-sql/pglite',
  versions: '>=0.4 <0.6',
  target: 'vector_store',
  system: { db: 'postgresql', local: true },
  classes: [
    // The client's `sql` is a query, a transaction's is not.
    { at: 'PGlite.prototype^', methods: { query: pgliteQuery, exec: pgliteQuery, transaction } },
    { at: 'PGlite.prototype^.transaction(=>)', methods: { query: pgliteQuery, exec: pgliteQuery, sql: pgliteQuery } },
  ],
} satisfies Instrumentation

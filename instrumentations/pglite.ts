import type { Call, Instrumentation } from '../agent/model.ts'
import { compileStatements, pgvector } from './shared/sql.ts'

interface Rows {
  readonly rows?: readonly unknown[]
  readonly affectedRows?: number
}

/** Of several statements the last; one that writes gives no rows. */
function rowsOf({ result }: Call): number | undefined {
  const last: Rows | undefined = Array.isArray(result) ? result.at(-1) : result
  return last?.rows?.length || last?.affectedRows || last?.rows?.length
}

const { searches, upserts, metadata } = compileStatements({
  dialect: pgvector,
  sqlOf: ({ args }) => (typeof args[0] === 'string' ? args[0] : undefined),
  valuesOf: ({ args }) => (Array.isArray(args[1]) ? args[1] : []),
  rowsOf,
})

export default {
  name: 'pglite',
  module: '@electric-sql/pglite',
  versions: '>=0.4 <0.6',
  target: 'vector_store',
  methods: [
    // `sql` is a query. What a transaction's function does with the object that it gets is within the transaction.
    ...['query', 'exec'].flatMap((name) => [
      { at: `PGlite.prototype^.${name}`, scope: 'search', when: searches, metadata },
      { at: `PGlite.prototype^.${name}`, scope: 'upsert', when: upserts, metadata },
      { at: `PGlite.prototype^.${name}`, scope: 'query', target: 'database', metadata },
    ]),
    { at: 'PGlite.prototype^.transaction', scope: 'query', target: 'database' },
  ],
} satisfies Instrumentation

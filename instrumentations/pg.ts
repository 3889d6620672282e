import type { Call, Instrumentation } from '../agent/model.ts'
import { pgvector } from './shared/dialects.ts'
import { compileStatements } from './shared/sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: a statement comes as a string, an object or the driver's own query
type Any = any

/** The statement; a named one is sent without its text once the connection has parsed it. */
function sqlOf(call: Call): string | undefined {
  const query = call.args[0] as Any
  if (typeof query === 'string') return query
  const text = query?.text ?? query?.cursor?.text
  if (typeof text === 'string') return text
  const { parsedStatements, submittedNamedStatements } = (call.self as Any)?.connection ?? {}
  return parsedStatements?.[query?.name] ?? submittedNamedStatements?.[query?.name]
}

function valuesOf({ args }: Call): readonly unknown[] {
  const query = args[0] as Any
  const values = Array.isArray(args[1]) ? args[1] : (query?.values ?? query?.cursor?.values)
  return Array.isArray(values) ? values : []
}

/** Several statements in one text give several results; a query object keeps its own. A cursor knows its last portion only. */
function rowsOf({ result }: Call): unknown {
  const own = (result as Any)?._results ?? result
  return (Array.isArray(own) ? own.at(-1) : own)?.rowCount
}

const { searches, upserts, metadata } = compileStatements({ dialect: pgvector, sqlOf, valuesOf, rowsOf })
const query = {
  at: 'Client.prototype.query',
  ends: [{ kind: 'callback' }, { kind: 'methods', done: 'handleReadyForQuery', failed: 'handleError' }],
  metadata,
} as const

export default {
  name: 'pg',
  module: 'pg',
  versions: '>=8 <9',
  target: 'vector_store',
  system: { db: 'postgresql' },
  observe: 'chain',
  // A pool's query is its client's, by callback.
  methods: [
    { ...query, scope: 'search', when: searches },
    { ...query, scope: 'upsert', when: upserts },
    { ...query, scope: 'query', target: 'database' },
  ],
  queues: [
    // A pool's own `query` waits here too; what is called back runs where the connection was made.
    { module: 'pg-pool', at: 'default.prototype.connect', binds: 'args.0' },
    { at: 'Client.prototype.query', binds: 'functions' },
  ],
} satisfies Instrumentation

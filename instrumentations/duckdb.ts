import type { Instrumentation } from '../agent/model.ts'
import * as shared from './shared/duckdb.ts'

const reads = ['Read', 'ReadAll', 'ReadUntil']
/** What gives a result that is there, or its reader; each calls the ones before it. */
const whole = ['run', ...reads.flatMap((read) => [`runAnd${read}`, `streamAnd${read}`])]
const pending = reads.flatMap((read) => [`startThen${read}`, `startStreamThen${read}`])
const connection = 'DuckDBConnection.prototype'
const statement = 'DuckDBPreparedStatement.prototype'
const ends = { kind: 'return' } as const
const chunk = { results: 'sum(chunk.rowCount())' }
const each = <T>(names: readonly string[], member: T): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, member]))
const metadata = { batch_size: shared.rowsFlushed }
const flush = [
  { scope: 'upsert', when: shared.flushesVectors, metadata },
  { scope: 'query', target: 'database', when: shared.flushes, metadata },
]

export default {
  name: 'duckdb',
  module: '@duckdb/node-api',
  versions: '>=1.5 <2',
  target: 'vector_store',
  system: { db: 'duckdb', local: true },
  classes: [
    { at: connection, ends, methods: each([...whole, ...pending], shared.onConnection.whole) },
    { at: connection, chunk, methods: { stream: shared.onConnection.stream } },
    { at: statement, ends, methods: each(whole, shared.onStatement.whole) },
    { at: statement, chunk, methods: { stream: shared.onStatement.stream } },
    { at: connection, methods: shared.preparing },
    { at: statement, methods: shared.binding },
    { at: 'DuckDBAppender.prototype', methods: { flushSync: flush, closeSync: flush, ...shared.appending } },
  ],
} satisfies Instrumentation

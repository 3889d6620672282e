import type { Instrumentation } from '../agent/model.ts'
import * as shared from './shared/duckdb.ts'

const reads = ['Read', 'ReadAll', 'ReadUntil']
/** What gives a result that is there, or what was read of it; each calls the ones before it. */
const whole = ['run', 'streamAndReadAll', 'streamAndReadUntil', ...reads.map((read) => `runAnd${read}`)]
const pending = ['startStreamThenReadAll', 'startStreamThenReadUntil', ...reads.map((read) => `startThen${read}`)]
const connection = 'DuckDBConnection.prototype'
const statement = 'DuckDBPreparedStatement.prototype'
const ends = { kind: 'return' } as const
/** An empty chunk is the end. */
const read = { chunk: { results: 'sum(chunk.rowCount())' }, counted: 'is(chunk.rowCount())' }
/** A stream, and a reader that is yet to read one. */
const stream = { ...read, ends: { kind: 'cursor', portions: 'result' } } as const
const reader = { ...read, ends: { kind: 'cursor', portions: 'result.result' } } as const
const fetched = { when: 'false', ends: { kind: 'portion', last: 'is(result.rowCount()) == false' } } as const
const each = <T>(names: readonly string[], member: T): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, member]))
const metadata = { batch_size: shared.rowsFlushed }
const flush = [
  { scope: 'upsert', when: shared.flushesVectors, metadata },
  { scope: 'database.query', when: shared.flushes, metadata },
]

export default {
  name: 'duckdb',
  module: '@duckdb/node-api',
  versions: '>=1.5 <2',
  target: 'vector_store',
  system: { db: 'duckdb', local: true },
  classes: [
    { at: connection, ends, methods: each([...whole, ...pending], shared.onConnection.whole) },
    { at: connection, ...stream, methods: { stream: shared.onConnection.stream } },
    { at: connection, ...reader, methods: each(['streamAndRead', 'startStreamThenRead'], shared.onConnection.stream) },
    { at: statement, ends, methods: each(whole, shared.onStatement.whole) },
    { at: statement, ...stream, methods: { stream: shared.onStatement.stream } },
    { at: statement, ...reader, methods: { streamAndRead: shared.onStatement.stream } },
    {
      at: 'DuckDBResult.prototype',
      ...fetched,
      methods: { fetchChunk: [{ scope: 'search' }, { scope: 'upsert' }, { scope: 'database.query' }] },
    },
    { at: connection, methods: shared.preparing },
    { at: statement, methods: shared.binding },
    { at: 'DuckDBAppender.prototype', methods: { flushSync: flush, closeSync: flush, ...shared.appending } },
  ],
} satisfies Instrumentation

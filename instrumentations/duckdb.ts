import type { Instrumentation } from '../agent/model.ts'
import * as shared from './shared/duckdb.ts'

/** What gives a result that is there, or what was read of it; each calls the ones before it. */
const whole = 'run streamAndReadAll streamAndReadUntil runAndRead runAndReadAll runAndReadUntil'
const pending = 'startStreamThenReadAll startStreamThenReadUntil startThenRead startThenReadAll startThenReadUntil'
const connection = 'DuckDBConnection.prototype'
const statement = 'DuckDBPreparedStatement.prototype'
const ends = { kind: 'return' } as const
/** An empty chunk is the end. */
const read = { chunk: { results: 'sum(chunk.rowCount())' }, counted: 'is(chunk.rowCount())' }
/** A stream, and a reader that is yet to read one. */
const stream = { ...read, ends: { kind: 'cursor', portions: 'result' } } as const
const reader = { ...read, ends: { kind: 'cursor', portions: 'result.result' } } as const
const fetched = { when: 'false', ends: { kind: 'portion', last: 'is(result.rowCount()) == false' } } as const
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
    { at: connection, ends, methods: { [`${whole} ${pending}`]: shared.onConnection.whole } },
    { at: connection, ...stream, methods: { stream: shared.onConnection.stream } },
    { at: connection, ...reader, methods: { 'streamAndRead startStreamThenRead': shared.onConnection.stream } },
    { at: statement, ends, methods: { [whole]: shared.onStatement.whole } },
    { at: statement, ...stream, methods: { stream: shared.onStatement.stream } },
    { at: statement, ...reader, methods: { streamAndRead: shared.onStatement.stream } },
    { at: 'DuckDBResult.prototype', ...fetched, methods: { fetchChunk: ['search', 'upsert', 'database.query'] } },
    { at: connection, methods: shared.preparing },
    { at: statement, methods: shared.binding },
    { at: 'DuckDBAppender.prototype', methods: { 'flushSync closeSync': flush, ...shared.appending } },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { eachRow, statement } from './shared/cql.ts'

const at = 'Client.prototype'
const ends = { kind: 'callback' } as const
/** What iterates a result asks for its next pages. */
const further = { kind: 'further', by: 'nextPageAsync', last: 'is(result.pageState) == false' } as const

export default {
  name: 'cassandra',
  module: 'cassandra-driver',
  versions: '>=4 <5',
  target: 'vector_store',
  system: { db: 'cassandra' },
  observe: 'chain',
  // The mapper and the concurrent executors call these; a stream is an `eachRow`, which asks for page after page.
  classes: [
    { at, ends, methods: { eachRow } },
    { at, ends: [ends, further], chunk: { results: 'sum(size(chunk.rows))' }, methods: { execute: statement } },
    { at, ends: [ends, { kind: 'cursor' }], chunk: { results: 'sum(1)' }, methods: { stream: statement } },
    { at, ends, metadata: { batch_size: 'args.0.length' }, methods: { batch: statement } },
  ],
  // What is called back runs where the connection was made.
  queues: ['execute', 'eachRow', 'stream', 'batch'].map((name) => ({
    at: `${at}.${name}`,
    binds: 'functions',
  })),
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { pgQuery } from './shared/pg-query.ts'
import { connects } from './shared/waits.ts'

export default {
  name: 'pg',
  module: 'pg',
  versions: '>=8 <9',
  target: 'vector_store',
  system: { db: 'postgresql' },
  observe: 'chain',
  classes: [
    {
      at: 'Client.prototype',
      ends: [
        { kind: 'callback' },
        { kind: 'methods', done: 'handleReadyForQuery', failed: 'handleError' },
        // Of pg-cursor, or of the one in a stream of pg-query-stream.
        { kind: 'asked', by: 'read', at: 'cursor' },
      ],
      chunk: { results: 'sum(size(chunk))' },
      methods: { query: pgQuery },
    },
    {
      // That of pg-pool.
      at: 'Pool.prototype^',
      ends: { kind: 'callback' },
      methods: { query: pgQuery, connect: connects('acquire') },
    },
  ],
  queues: [
    // A pool's own `query` waits here too; what is called back runs where the connection was made.
    { module: 'pg-pool', at: 'default.prototype.connect', binds: 'args.0' },
    { at: 'Client.prototype.query', binds: 'functions' },
  ],
} satisfies Instrumentation

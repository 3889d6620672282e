import type { Instrumentation } from '../agent/model.ts'
import { pgClient, pgQuery } from './shared/pg-query.ts'
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
      ...pgClient,
      methods: {
        ...pgClient.methods,
        // Of a client of the application's own; a pool gives it a callback.
        connect: { scope: 'database.connect', when: 'is(args.0) == false', metadata: { operation: "'connect'" } },
      },
    },
    {
      // That of pg-pool.
      at: 'Pool.prototype^',
      ends: { kind: 'callback' },
      methods: { query: pgQuery, connect: connects('acquire', ['delete'], 'this.options.max') },
    },
  ],
  queues: [
    // A pool's own `query` waits here too; what is called back runs where the connection was made.
    { module: 'pg-pool', at: 'default.prototype.connect', binds: 'args.0' },
    { at: 'Client.prototype.query', binds: 'functions' },
  ],
} satisfies Instrumentation

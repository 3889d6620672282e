import type { Instrumentation } from '../agent/model.ts'
import { neonQuery, neonTransaction } from './shared/neon-query.ts'
import { pgClient, pgQuery } from './shared/pg-query.ts'
import { connects } from './shared/waits.ts'

export default {
  name: 'neon',
  module: '@neondatabase/serverless',
  versions: '>=1 <2',
  target: 'vector_store',
  system: { db: 'postgresql' },
  observe: 'chain',
  classes: [
    // Its bundle holds pg, over a WebSocket.
    { at: 'Client.prototype^', ...pgClient },
    {
      // Its own `query` calls this one, or with `poolQueryViaFetch` a query over HTTP.
      at: 'Pool.prototype^^',
      ends: { kind: 'callback' },
      methods: { query: pgQuery, connect: connects('acquire', ['delete'], 'this.options.max') },
    },
    {
      // A query is sent by each of the three and by nothing else.
      at: 'NeonQueryPromise.prototype',
      methods: {
        // biome-ignore lint/suspicious/noThenProperty: the name of the library's method
        then: neonQuery.map((scope) => ({ ...scope, ends: { kind: 'then' } })),
        catch: neonQuery.map((scope) => ({ ...scope, ends: { kind: 'catch' } })),
        finally: neonQuery,
      },
    },
    { at: 'neon()', methods: { transaction: neonTransaction } },
  ],
  queues: [
    { at: 'Pool.prototype^^.connect', binds: 'args.0' },
    { at: 'Client.prototype^.query', binds: 'functions' },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { byVector, byVectorInBatch, indexOf, vectorSearch } from './shared/search-body.ts'

/** `{ meta: true }` gives the reply as a `body`, between its status and headers. */
const reply = (path: string) => `(result.body ?? result).${path}`
const hits = { top_k: 'args.0.size ?? args.0.body.size', results: reply('hits.hits.length') }
const batch = {
  batch_size: 'size(args.0.searches ?? args.0.body) / 2',
  results: `total(${reply('responses.*.hits.hits')})`,
}
const database = { scope: 'query', target: 'database' }
const one = (scope: string) => ({ scope, metadata: { batch_size: 1 } })

export default {
  name: 'elasticsearch',
  module: '@elastic/elasticsearch',
  versions: '>=8 <10',
  target: 'vector_store',
  system: { db: 'elasticsearch' },
  classes: [
    {
      at: 'Client.prototype^', // The helpers go through these.
      metadata: { collection: indexOf, server_ms: reply('took'), attempts: 'result.meta.attempts + 1' },
      methods: {
        search: [
          { scope: 'search', when: byVector, metadata: { ...hits, ...vectorSearch } },
          { ...database, metadata: { ...hits, operation: "'search'" } },
        ],
        msearch: [
          { scope: 'search', when: byVectorInBatch, metadata: batch },
          { ...database, metadata: { ...batch, operation: "'msearch'" } },
        ],
        knnSearch: { scope: 'search', metadata: { ...hits, ...vectorSearch } },
        bulk: { scope: 'upsert', metadata: { batch_size: reply('items.length') } },
        index: one('upsert'),
        create: one('upsert'),
        update: one('upsert'),
        updateByQuery: { scope: 'upsert', metadata: { results: reply('updated') } },
        delete: one('delete'),
        deleteByQuery: { scope: 'delete', metadata: { results: reply('deleted') } },
        get: one('fetch'),
        mget: {
          scope: 'fetch',
          metadata: {
            batch_size: 'size(args.0.docs ?? args.0.body.docs ?? args.0.ids ?? args.0.body.ids)',
            results: `trues(${reply('docs.*.found')}) ?? 0`,
          },
        },
        scroll: { scope: 'fetch', metadata: { results: hits.results } },
      },
    },
  ],
  // What is sent through a pool of connections that are all taken waits in it: its transport's, and that of every other.
  queues: [{ module: 'undici', at: 'Client.prototype^.dispatch', binds: 'args.1' }],
} satisfies Instrumentation

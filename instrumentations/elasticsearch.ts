import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { objectsOf } from './shared/kinds.ts'
import { batchSearchesByVector, indexName, vectorSearchOf } from './shared/search-body.ts'
import { totalOf } from './shared/total.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters come flat or in a `body`, replies bare or in one
type Any = any

const paramsOf = ({ args }: Call): Any => args[0] ?? {}
const searchOf = (call: Call) => vectorSearchOf(paramsOf(call).body) ?? vectorSearchOf(paramsOf(call))
/** `{ meta: true }` gives the reply as a `body`, between its status and headers. */
const metaOf = ({ args, result }: Call) => ((args[1] as Any)?.meta ? (result as Any)?.meta : undefined)
const replyOf = (call: Call): Any => (metaOf(call) ? (call.result as Any).body : call.result)
const reply = (read: (reply: Any) => unknown) => (call: Call) => read(replyOf(call) ?? {})
const batchOf = (call: Call): Any => paramsOf(call).searches ?? paramsOf(call).body
const one = () => 1

const common: Record<string, Read> = {
  collection: (call) => indexName(paramsOf(call).index),
  server_ms: reply(({ took }) => took),
  attempts: (call) => (metaOf(call)?.attempts ?? Number.NaN) + 1,
}
const hits: Record<string, Read> = {
  ...common,
  top_k: (call) => searchOf(call)?.k ?? paramsOf(call).size ?? paramsOf(call).body?.size,
  results: reply(({ hits }) => hits?.hits?.length),
}
const search: Record<string, Read> = {
  ...hits,
  candidates: (call) => searchOf(call)?.candidates,
  filtered: (call) => searchOf(call)?.filtered || paramsOf(call).filter !== undefined,
}
const batch: Record<string, Read> = {
  ...common,
  batch_size: (call) => batchOf(call)?.length / 2,
  results: reply(({ responses }) => totalOf(responses, ({ hits }) => hits?.hits)),
}
const single: Record<string, Read> = { ...common, batch_size: one }

export default {
  name: 'elasticsearch',
  module: '@elastic/elasticsearch',
  versions: '>=8 <10',
  target: 'vector_store',
  // The helpers go through these.
  methods: [
    {
      at: 'Client.prototype^.search',
      scope: 'search',
      when: (call) => searchOf(call) !== undefined,
      metadata: search,
    },
    {
      at: 'Client.prototype^.search',
      scope: 'query',
      target: 'database',
      metadata: { ...hits, operation: () => 'search' },
    },
    {
      at: 'Client.prototype^.msearch',
      scope: 'search',
      when: (call) => batchSearchesByVector(batchOf(call)),
      metadata: batch,
    },
    {
      at: 'Client.prototype^.msearch',
      scope: 'query',
      target: 'database',
      metadata: { ...batch, operation: () => 'msearch' },
    },
    { at: 'Client.prototype^.knnSearch', scope: 'search', metadata: search },
    {
      at: 'Client.prototype^.bulk',
      scope: 'upsert',
      metadata: { ...common, batch_size: reply(({ items }) => items?.length) },
    },
    { at: 'Client.prototype^.index', scope: 'upsert', metadata: single },
    { at: 'Client.prototype^.create', scope: 'upsert', metadata: single },
    { at: 'Client.prototype^.update', scope: 'upsert', metadata: single },
    {
      at: 'Client.prototype^.updateByQuery',
      scope: 'upsert',
      metadata: { ...common, results: reply(({ updated }) => updated) },
    },
    { at: 'Client.prototype^.delete', scope: 'delete', metadata: single },
    {
      at: 'Client.prototype^.deleteByQuery',
      scope: 'delete',
      metadata: { ...common, results: reply(({ deleted }) => deleted) },
    },
    { at: 'Client.prototype^.get', scope: 'fetch', metadata: single },
    {
      at: 'Client.prototype^.mget',
      scope: 'fetch',
      metadata: {
        ...common,
        batch_size: (call) => {
          const { docs, ids } = { ...paramsOf(call).body, ...paramsOf(call) }
          return (docs ?? ids)?.length
        },
        results: reply(({ docs }) => objectsOf(docs).filter(({ found }) => found).length),
      },
    },
    {
      at: 'Client.prototype^.scroll',
      scope: 'fetch',
      metadata: { ...common, results: reply(({ hits }) => hits?.hits?.length) },
    },
  ],
  // What is sent through a pool of connections that are all taken waits in it: its transport's, and that of every other.
  queues: [{ module: 'undici', at: 'Client.prototype^.dispatch', binds: 'args.1' }],
} satisfies Instrumentation

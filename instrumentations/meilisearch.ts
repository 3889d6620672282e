import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { listOf, textOf } from './shared/kinds.ts'
import { totalOf } from './shared/total.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests and replies are read by shape
type Any = any

const requestOf = ({ args }: Call): Any => args[0] ?? {}
const paramsOf = (call: Call): Any => requestOf(call).body ?? requestOf(call).params ?? {}
/** Which request it is, by its path in the index: `search`, `documents/fetch`. */
const is = (path: RegExp) => (call: Call) => path.test(textOf(requestOf(call).path).replace(/^indexes\/[^/]+\//, ''))
const byVector = (params: Any) => [params?.hybrid, params?.hybridEmbedder, params?.vector, params?.media].some(Boolean)

const common: Record<string, Read> = {
  collection: (call) => /^indexes\/([^/]+)/.exec(textOf(requestOf(call).path))?.[1],
}
const search: Record<string, Read> = {
  ...common,
  top_k: (call) => paramsOf(call).limit ?? paramsOf(call).hitsPerPage,
  filtered: (call) => Boolean(paramsOf(call).filter),
  results: 'result.hits.length',
  server_ms: 'result.processingTimeMs',
}
const batch: Record<string, Read> = {
  batch_size: 'args.0.body.queries.length',
  results: ({ result }: Any) => totalOf(result?.results, ({ hits }) => hits) ?? result?.hits?.length,
  server_ms: 'result.processingTimeMs',
}
const fetch: Record<string, Read> = {
  ...common,
  top_k: (call) => paramsOf(call).limit,
  results: 'result.results.length',
}
const write: Record<string, Read> = {
  ...common,
  batch_size: (call) => (Array.isArray(requestOf(call).body) ? requestOf(call).body.length : undefined),
}
const one: Record<string, Read> = { ...common, batch_size: () => 1 }
const database = { scope: 'query', target: 'database' } as const

/**
 * Below the methods of an index, which hang a `waitTask` on the promise of what they send. The way there is through an
 * index, whose making asks for nothing.
 */
const from = (exports: Any) => Object.getPrototypeOf(new exports.Index({ host: 'http://127.0.0.1' }, '').httpRequest)
const get = { from, at: 'get' } as const
const post = { from, at: 'post' } as const

export default {
  name: 'meilisearch',
  module: 'meilisearch',
  versions: '>=0.60 <0.63',
  target: 'vector_store',
  system: { db: 'meilisearch' },
  observe: 'chain',
  methods: [
    ...[get, post].flatMap((request) => [
      {
        ...request,
        scope: 'search',
        when: (call: Call) => is(/^search$/)(call) && byVector(paramsOf(call)),
        metadata: search,
      },
      { ...request, ...database, when: is(/^search$/), metadata: { ...search, operation: () => 'search' } },
    ]),
    { ...post, scope: 'search', when: is(/^similar$/), metadata: search },
    {
      ...post,
      scope: 'search',
      when: (call) => is(/^multi-search$/)(call) && listOf(paramsOf(call).queries).some(byVector),
      metadata: batch,
    },
    { ...post, ...database, when: is(/^multi-search$/), metadata: { ...batch, operation: () => 'multi_search' } },
    { ...post, scope: 'upsert', when: is(/^documents$/), metadata: write },
    { ...post, scope: 'upsert', when: is(/^documents\/edit$/), metadata: common },
    { from, at: 'put', scope: 'upsert', when: is(/^documents$/), metadata: write },
    { ...post, scope: 'delete', when: is(/^documents\/delete(?:-batch)?$/), metadata: write },
    { from, at: 'delete', scope: 'delete', when: is(/^documents$/), metadata: common },
    { from, at: 'delete', scope: 'delete', when: is(/^documents\/./), metadata: one },
    { ...get, scope: 'fetch', when: is(/^documents$/), metadata: fetch },
    { ...post, scope: 'fetch', when: is(/^documents\/fetch$/), metadata: fetch },
    { ...get, scope: 'fetch', when: is(/^documents\/./), metadata: one },
  ],
} satisfies Instrumentation

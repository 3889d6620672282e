import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { numberOf } from './shared/kinds.ts'
import { totalOf } from './shared/total.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests and replies are the generated messages
type Any = any

/** Every service has its client from the same function; that of the collections has a `get` and a `delete` of its own. */
const ofPoints = ({ self }: Call) => typeof (self as Any)?.scroll === 'function'
const points = (name: string, scope: string, metadata: Method['metadata'], more: Partial<Method> = {}): Method => ({
  at: `QdrantClient.prototype.api().${name}?`,
  scope,
  metadata: {
    collection: 'args.0.collectionName',
    ...metadata,
    server_ms: ({ result }) => (numberOf((result as Any)?.time) ?? Number.NaN) * 1000,
  },
  ...more,
})

const search: Method['metadata'] = {
  top_k: 'args.0.limit',
  candidates: 'args.0.params.hnswEf',
  filtered: ({ args }) => (args[0] as Any)?.filter !== undefined,
}
const batches = {
  queryBatch: 'queryPoints',
  searchBatch: 'searchPoints',
  recommendBatch: 'recommendPoints',
  discoverBatch: 'discoverPoints',
}

export default {
  name: 'qdrant-grpc',
  module: '@qdrant/js-client-grpc',
  versions: '>=1.18 <2',
  target: 'vector_store',
  system: { db: 'qdrant' },
  methods: [
    ...['query', 'search', 'recommend', 'discover'].map((name) =>
      points(name, 'search', { ...search, results: 'result.result.length' }),
    ),
    ...Object.entries(batches).map(([name, queries]) =>
      points(name, 'search', {
        batch_size: `args.0.${queries}.length`,
        results: ({ result }) => totalOf((result as Any)?.result, (one) => one?.result),
      }),
    ),
    ...['queryGroups', 'searchGroups', 'recommendGroups'].map((name) =>
      points(name, 'search', { ...search, results: 'result.result.groups.length' }),
    ),
    points('upsert', 'upsert', { batch_size: 'args.0.points.length' }),
    points('get', 'fetch', { batch_size: 'args.0.ids.length', results: 'result.result.length' }, { when: ofPoints }),
    points('scroll', 'fetch', { top_k: 'args.0.limit', results: 'result.result.length' }),
    points(
      'delete',
      'delete',
      { batch_size: 'args.0.points.pointsSelectorOneOf.value.ids.length' },
      { when: ofPoints },
    ),
  ],
} satisfies Instrumentation

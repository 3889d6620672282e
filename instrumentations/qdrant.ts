import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { totalOf } from './shared/total.ts'

type Options = { readonly filter?: unknown } | undefined

const call = (name: string, scope: string, metadata: Method['metadata'], versions?: string): Method => ({
  at: `QdrantClient.prototype.${name}`,
  scope,
  ...(versions && { versions }),
  metadata: { collection: 'args.0', ...metadata },
})
const search = {
  top_k: 'args.1.limit',
  candidates: 'args.1.params.hnsw_ef',
  filtered: ({ args }: Call) => (args[1] as Options)?.filter !== undefined,
}
const hits = { ...search, results: 'result.length' }
const groups = { ...search, results: 'result.groups.length' }
const batch = {
  batch_size: 'args.1.searches.length',
  results: ({ result }: Call) => totalOf(result, (one) => one?.points ?? one),
}
const old = '<1.19'

export default {
  name: 'qdrant',
  module: '@qdrant/js-client-rest',
  versions: '>=1.18 <2',
  target: 'vector_store',
  methods: [
    call('query', 'search', { ...search, results: 'result.points.length' }),
    call('queryBatch', 'search', batch),
    call('queryGroups', 'search', groups),
    call('search', 'search', hits, old),
    call('searchBatch', 'search', batch, old),
    call('searchPointGroups', 'search', groups, old),
    call('recommend', 'search', hits, old),
    call('recommendBatch', 'search', batch, old),
    call('recommendPointGroups', 'search', groups, old),
    call('discoverPoints', 'search', hits, old),
    call('discoverBatchPoints', 'search', batch, old),
    call('upsert', 'upsert', { batch_size: 'count(args.1.points)' }),
    call('updateVectors', 'upsert', { batch_size: 'args.1.points.length' }),
    call('batchUpdate', 'upsert', { batch_size: 'args.1.operations.length' }),
    call('retrieve', 'fetch', { batch_size: 'args.1.ids.length', results: 'result.length' }),
    call('scroll', 'fetch', { ...search, results: 'result.points.length' }),
    call('delete', 'delete', { batch_size: 'args.1.points.length' }),
    call('deleteVectors', 'delete', { batch_size: 'args.1.points.length' }),
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { queriesIn } from './shared/vectors.ts'

const candidates = ['params', 'searchParams.params']
  .flatMap((at) => ['ef', 'nprobe', 'search_list'].map((name) => `args.0.${at}.${name}`))
  .join(' ?? ')
const search = {
  batch_size: queriesIn,
  candidates: `number(${candidates})`,
  filtered: 'is(args.0.filter || args.0.expr)',
}
const rows = 'size(args.0.fields_data ?? args.0.data)'
const page = { top_k: 'args.0.limit', results: 'result.data.length' }
const fetch = { scope: 'fetch', metadata: { ...page, batch_size: 'many(args.0.id)' } }
const written = (scope: string, batch_size: string, count: string) => ({
  scope,
  metadata: { batch_size, results: `number(result.${count}_cnt)` },
})
const write = (name: string) => ({
  scope: 'upsert',
  metadata: { batch_size: 'many(args.0.data)', results: `result.data.${name}Count` },
})

export default {
  name: 'milvus',
  module: '@zilliz/milvus2-sdk-node',
  versions: '>=2.6 <4',
  target: 'vector_store',
  system: { db: 'milvus' },
  observe: 'chain',
  classes: [
    {
      // What the clients inherit, in a file of its own: the main one is required by this before it is whole.
      at: 'Data.prototype',
      file: 'dist/milvus/grpc/Data',
      metadata: { collection: 'args.0.collection_name' },
      methods: {
        // `hybridSearch` is this one by another name, and an iterator's pages come from it.
        search: {
          scope: 'search',
          metadata: {
            ...search,
            top_k: 'number(args.0.limit ?? args.0.topk ?? args.0.search_params.topk)',
            results: 'total(result.results) ?? 0',
          },
        },
        // `get` and `count` go through it.
        query: { scope: 'fetch', metadata: { ...page, batch_size: 'args.0.ids.length' } },
        insert: written('upsert', rows, 'insert'),
        upsert: written('upsert', rows, 'upsert'),
        // `delete` asks for the primary key's name, then calls it.
        deleteEntities: written('delete', 'args.0.ids.length', 'delete'),
      },
    },
    {
      at: 'HttpClient.prototype^9',
      file: 'dist/milvus/HttpClient',
      metadata: { collection: 'args.0.collectionName' },
      methods: {
        search: { scope: 'search', metadata: { ...search, top_k: 'args.0.limit', results: 'total(result.data) ?? 0' } },
        hybridSearch: { scope: 'search', metadata: page },
        query: fetch,
        get: fetch,
        insert: write('insert'),
        upsert: write('upsert'),
        delete: { scope: 'delete' },
      },
    },
  ],
} satisfies Instrumentation

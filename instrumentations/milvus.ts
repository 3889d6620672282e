import type { Instrumentation } from '../agent/model.ts'
import { manages } from './shared/manage.ts'
import { candidatesOf, failureOf, namespaceOf, queriesIn } from './shared/milvus.ts'
import { scoresAt, scoresIn } from './shared/scores.ts'

const filtered = 'is(args.0.filter || args.0.expr)'
/** Of a hybrid search, those of its first request. */
const vectors = 'args.0.search.0.data ?? args.0.data.0.data ?? args.0.data ?? args.0.vector ?? args.0.vectors'
const search = { batch_size: queriesIn, candidates: candidatesOf, filtered, dimensions: `dimensions(${vectors})` }
const rows = 'size(args.0.fields_data ?? args.0.data)'
/** Over HTTP those of several queries stand one after another, and have no common order. */
const scoresOver = (queries: string) =>
  scoresAt(...(['0', '-1'].map((at) => `size(${queries}) == 1 && result.data.${at}.distance`) as [string, string]))
const page = { top_k: 'args.0.limit', results: 'result.data.length' }
/** All pages that an iterator gives are one call. */
const pages = { failed: 'false', ends: { kind: 'cursor' }, chunk: { results: 'sum(size(chunk))' } } as const
/** Ids are made to a filter. */
const isFilter = 'is(size(args.0.ids)) == false && is(args.0.filter || args.0.expr)'
const written = (scope: string, batch_size: string, count: string) => ({
  scope,
  metadata: { batch_size, results: `number(result.${count}_cnt)`, failed_items: 'size(result.err_index) || undefined' },
})
const deleted = written('delete', 'args.0.ids.length', 'delete')
const fetch = { scope: 'fetch', metadata: { ...page, filtered, batch_size: 'many(args.0.id)' } }
const write = (name: string) => ({
  scope: 'upsert',
  metadata: { batch_size: 'many(args.0.data)', results: `result.data.${name}Count` },
})

const name = 'args.0.collection_name ?? args.0.0.collection_name ?? args.0.collectionName'
/** Not what the client asks for itself with what it was given: an insert, a search, a deletion, an iteration. */
const described = `(${['cache', 'ids', 'filter', 'expr', 'data', 'limit', 'batchSize'].map((key) => `has(args.0.${key})`).join(' || ')}) == false`
/** Whose methods stand where; over gRPC each class inherits from the one before it, over HTTP each is mixed into the next. */
const managing = [
  ['MilvusClient.prototype', 'dist/milvus/MilvusClient', 'createCollection'],
  [
    'Collection.prototype',
    'dist/milvus/grpc/Collection',
    'hasCollection showCollections loadCollection loadCollectionAsync releaseCollection dropCollection renameCollection getCollectionStatistics getLoadState createAlias alterAlias dropAlias',
  ],
  ['Index.prototype', 'dist/milvus/grpc/MilvusIndex', 'createIndex describeIndex listIndexes dropIndex'],
  [
    'Partition.prototype',
    'dist/milvus/grpc/Partition',
    'createPartition hasPartition listPartitions loadPartitions releasePartitions dropPartition',
  ],
  [
    'HttpClient.prototype^7',
    'dist/milvus/HttpClient',
    'createCollection describeCollection hasCollection listCollections loadCollection releaseCollection dropCollection renameCollection getCollectionStatistics getCollectionLoadState',
  ],
  [
    'HttpClient.prototype^6',
    'dist/milvus/HttpClient',
    'createPartition hasPartition listPartitions loadPartitions releasePartitions dropPartition',
  ],
  ['HttpClient.prototype^5', 'dist/milvus/HttpClient', 'createAlias alterAlias dropAlias'],
  ['HttpClient.prototype^3', 'dist/milvus/HttpClient', 'createIndex describeIndex listIndexes dropIndex'],
] as const

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
      failed: failureOf,
      metadata: {
        collection: 'args.0.collection_name',
        namespace: namespaceOf,
        // Zilliz Cloud tells it.
        billed_units: 'number(result.status.extra_info.report_value)',
      },
      methods: {
        // `hybridSearch` is this one by another name.
        search: {
          scope: 'search',
          metadata: {
            ...search,
            top_k: 'number(args.0.limit ?? args.0.topk ?? args.0.search_params.topk)',
            results: 'total(result.results)',
            // Those of several queries stand in lists of their own.
            ...scoresIn('result.results', 'score'),
          },
        },
        // `get` and `count` go through it, also the count that an iterator begins with.
        query: { scope: 'fetch', metadata: { ...page, filtered: isFilter, batch_size: 'args.0.ids.length' } },
        searchIterator: {
          scope: 'search',
          ...pages,
          metadata: { ...search, top_k: 'args.0.limit' },
        },
        queryIterator: { scope: 'fetch', ...pages, metadata: { top_k: 'args.0.limit', filtered } },
        insert: written('upsert', rows, 'insert'),
        upsert: written('upsert', rows, 'upsert'),
        delete: deleted,
        // `delete` asks for the primary key's name, makes its expression of ids or a filter, then calls it.
        deleteEntities: { ...deleted, when: 'is(args.0.expr) == false || is(args.0.filter ?? args.0.ids) == false' },
      },
    },
    ...managing.map(([at, file, names]) => ({
      at,
      file,
      failed: failureOf,
      metadata: { collection: name, namespace: namespaceOf },
      methods: {
        ...manages(names),
        ...(file.endsWith('Collection') && manages('describeCollection', { when: described })),
      },
    })),
    {
      at: 'HttpClient.prototype^9',
      file: 'dist/milvus/HttpClient',
      failed: failureOf,
      metadata: {
        collection: 'args.0.collectionName',
        namespace: namespaceOf,
        billed_units: 'result.cost || undefined',
      },
      methods: {
        search: {
          scope: 'search',
          metadata: { ...search, ...page, results: 'total(result.data)', ...scoresOver('args.0.data') },
        },
        hybridSearch: {
          scope: 'search',
          metadata: {
            ...search,
            ...page,
            filtered: 'is(trues(args.0.search.*.filter))',
            ...scoresOver('args.0.search.0.data'),
          },
        },
        query: fetch,
        get: fetch,
        insert: write('insert'),
        upsert: write('upsert'),
        delete: { scope: 'delete', metadata: { results: 'result.data.deleteCount' } },
      },
    },
  ],
} satisfies Instrumentation

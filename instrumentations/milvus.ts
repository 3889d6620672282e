import type { Instrumentation } from '../agent/model.ts'
import * as milvus from './shared/milvus.ts'

const { failureOf: failed, filtered, namespaceOf: namespace, pages } = milvus
const top_k = 'args.0.limit'
/** Ids are made to a filter. */
const isFilter = `is(size(args.0.ids)) == false && ${filtered}`
const batch_size = 'many(args.0.data)'
const deleted = { scope: 'delete', metadata: milvus.written('delete', 'args.0.ids.length') }
const [grpc, http] = ['dist/milvus/grpc', 'dist/milvus/HttpClient']
const of = (collection: string) => ({ failed, metadata: { collection, namespace } })
const managing = of('args.0.collection_name ?? args.0.0.collection_name ?? args.0.collectionName')
const ofCollections = { ...managing, at: 'Collection.prototype', file: `${grpc}/Collection` }
const partitions = 'createPartition hasPartition listPartitions loadPartitions releasePartitions dropPartition'
const indexes = 'createIndex describeIndex listIndexes dropIndex'
const [ofGrpc, ofHttp] = [of('args.0.collection_name'), of('args.0.collectionName')]

export default {
  name: 'milvus',
  module: '@zilliz/milvus2-sdk-node',
  versions: '>=2.6 <4',
  target: 'vector_store',
  system: { db: 'milvus' },
  observe: 'chain',
  classes: [
    {
      ...ofGrpc,
      // What the clients inherit, in a file of its own: the main one is required by this before it is whole.
      at: 'Data.prototype',
      file: `${grpc}/Data`,
      // Zilliz Cloud tells it.
      metadata: { ...ofGrpc.metadata, billed_units: 'number(result.status.extra_info.report_value)' },
      methods: {
        // `hybridSearch` is this one by another name.
        search: { scope: 'search', metadata: milvus.found },
        // `get` and `count` go through it, also the count that an iterator begins with.
        query: { scope: 'fetch', metadata: { ...milvus.page, batch_size: 'args.0.ids.length', filtered: isFilter } },
        searchIterator: { scope: 'search', ...pages, metadata: { ...milvus.search, top_k } },
        queryIterator: { scope: 'fetch', ...pages, metadata: { top_k, filtered } },
        insert: { scope: 'upsert', metadata: milvus.written('insert') },
        upsert: { scope: 'upsert', metadata: milvus.written('upsert') },
        delete: deleted,
        // `delete` asks for the primary key's name, makes its expression of ids or a filter, then calls it.
        deleteEntities: { ...deleted, when: 'is(args.0.expr) == false || is(args.0.filter ?? args.0.ids) == false' },
      },
    },
    // Over gRPC each class inherits from the one before it, over HTTP each is mixed into the next.
    { ...managing, at: 'MilvusClient.prototype', file: 'dist/milvus/MilvusClient', manages: 'createCollection' },
    {
      ...ofCollections,
      manages: `hasCollection showCollections loadCollection loadCollectionAsync releaseCollection dropCollection
        renameCollection getCollectionStatistics getLoadState createAlias alterAlias dropAlias`,
    },
    { ...ofCollections, when: milvus.described, manages: 'describeCollection' },
    { ...managing, at: 'Index.prototype', file: `${grpc}/MilvusIndex`, manages: indexes },
    { ...managing, at: 'Partition.prototype', file: `${grpc}/Partition`, manages: partitions },
    {
      ...managing,
      at: 'HttpClient.prototype^7',
      file: http,
      manages: `createCollection describeCollection hasCollection listCollections loadCollection releaseCollection
        dropCollection renameCollection getCollectionStatistics getCollectionLoadState`,
    },
    { ...managing, at: 'HttpClient.prototype^6', file: http, manages: partitions },
    { ...managing, at: 'HttpClient.prototype^5', file: http, manages: 'createAlias alterAlias dropAlias' },
    { ...managing, at: 'HttpClient.prototype^3', file: http, manages: indexes },
    {
      ...ofHttp,
      at: 'HttpClient.prototype^9',
      file: http,
      metadata: { ...ofHttp.metadata, billed_units: 'result.cost || undefined' },
      methods: {
        search: { scope: 'search', metadata: { ...milvus.foundOver('args.0.data'), results: 'total(result.data)' } },
        hybridSearch: {
          scope: 'search',
          metadata: { ...milvus.foundOver('args.0.search.0.data'), filtered: 'is(trues(args.0.search.*.filter))' },
        },
        'query get': { scope: 'fetch', metadata: { ...milvus.page, filtered, batch_size: 'many(args.0.id)' } },
        insert: { scope: 'upsert', metadata: { batch_size, results: 'result.data.insertCount' } },
        upsert: { scope: 'upsert', metadata: { batch_size, results: 'result.data.upsertCount' } },
        delete: { scope: 'delete', metadata: { results: 'result.data.deleteCount' } },
      },
    },
  ],
} satisfies Instrumentation

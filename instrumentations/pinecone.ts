import type { Instrumentation } from '../agent/model.ts'
import { orderKept } from './shared/order.ts'
import { billed_units, inference, inSearch, listed, near, ofText, search } from './shared/pinecone.ts'
import { scoresIn } from './shared/scores.ts'

const records = 'keys(result.records ?? result.documents)'
const page = (results: string) => ({ scope: 'fetch', metadata: { top_k: 'args.0.limit', results, billed_units } })
const fetch = { scope: 'fetch', metadata: { ...page(records).metadata, batch_size: listed('ids') } }
const dimensions = 'dimensions(args.0.records.0.values ?? args.0.0.values ?? args.0.values)'
const documents = { batch_size: 'args.0.documents.length', results: 'result.upsertedCount ?? result.matchedRecords' }
const order = orderKept('args.0.documents ?? args.2', 'result.data.*.index')

export default {
  name: 'pinecone',
  module: '@pinecone-database/pinecone',
  versions: '>=5 <10',
  target: 'vector_store',
  system: { db: 'pinecone', provider: 'pinecone' },
  observe: 'chain',
  classes: [
    {
      at: 'Index.prototype',
      metadata: {
        // A name before version 7; empty where the application gave the host itself.
        collection: 'this.target.indexName || this.target.index || undefined',
        namespace: 'args.0.namespace ?? this.target.namespace || undefined',
      },
      methods: {
        query: { scope: 'search', metadata: near },
        searchRecords: { scope: 'search', metadata: ofText },
        'upsert upsertRecords': { scope: 'upsert', metadata: { batch_size: listed('records'), dimensions } },
        update: { scope: 'upsert', metadata: { batch_size: 'many(args.0.id ?? chars(args.0))', dimensions } },
        fetch,
        fetchByMetadata: { ...page(records), versions: '>=7' },
        listPaginated: page('result.vectors.length'),
        deleteOne: { scope: 'delete', metadata: { batch_size: 1 } },
        deleteMany: { scope: 'delete', metadata: { batch_size: listed('ids') } },
        deleteAll: 'delete',
        'deleteNamespace?': { scope: 'delete', metadata: { namespace: 'args.0' } },
      },
      manages: 'describeIndexStats listNamespaces? describeNamespace? createNamespace?',
    },
    {
      at: 'Pinecone.prototype',
      versions: '<9',
      metadata: { collection: 'args.0.name ?? args.0' },
      manages: 'createIndex createIndexForModel describeIndex listIndexes configureIndex deleteIndex',
    },
    {
      // `pinecone.createIndex()` is `pinecone.indexes.create()`.
      at: 'Indexes.prototype',
      file: 'dist/control/indexes/indexes',
      versions: '>=9',
      metadata: { collection: 'args.0.name ?? args.0' },
      manages: {
        ...{ create: 'create_index', createForModel: 'create_index_for_model', describe: 'describe_index' },
        ...{ list: 'list_indexes', configure: 'configure_index', delete: 'delete_index' },
      },
    },
    {
      // Of an index with documents; `index.searchDocuments()` is `index.documents.search()`.
      at: 'Documents.prototype',
      versions: '>=9',
      metadata: { collection: 'this._provider.indexName || undefined', namespace: 'this._namespace' },
      methods: {
        search: { scope: 'search', metadata: { ...search, ...inSearch, ...scoresIn('result.matches', '_score') } },
        'upsert update': { scope: 'upsert', metadata: documents },
        fetch,
        list: page('result.documents.length'),
        delete: { scope: 'delete', metadata: { ...documents, batch_size: 'args.0.ids.length' } },
      },
    },
    {
      // Options since version 7; before it the model, the query, the documents and the rest.
      at: 'Inference.prototype',
      file: 'dist/inference/inference',
      metadata: inference,
      methods: {
        embed: { scope: 'embedding_provider.embed', inputs: 'contents(args.0.inputs ?? args.1)' },
        rerank: { scope: 'semantic_search.rerank', metadata: order },
      },
    },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'

/** What is now named in options was the first argument before version 7. */
const listed = (name: string) => `size(args.0.${name} ?? args.0)`
const billed_units = 'result.usage.readUnits'
const search = (at: string) => ({ top_k: `${at}.topK`, filtered: `has(${at}.filter)`, billed_units })
const query = { scope: 'search', metadata: { ...search('args.0'), results: 'result.matches.length' } }
const records = 'keys(result.records ?? result.documents)'
const fetch = (batch_size: string) => ({ scope: 'fetch', metadata: { batch_size, results: records, billed_units } })
const page = (results: string) => ({ scope: 'fetch', metadata: { top_k: 'args.0.limit', results, billed_units } })
const counted = (scope: string, batch_size: string | number) => ({ scope, metadata: { batch_size } })
const documents = { batch_size: 'args.0.documents.length', results: 'result.upsertedCount' }

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
      // A name before version 7; empty where the application gave the host itself.
      metadata: { collection: 'this.target.indexName || this.target.index || undefined' },
      methods: {
        query,
        searchRecords: {
          scope: 'search',
          metadata: {
            ...search('args.0.query'),
            results: 'result.result.hits.length',
            input_tokens: 'result.usage.embedTotalTokens',
          },
        },
        upsert: counted('upsert', listed('records')),
        upsertRecords: counted('upsert', listed('records')),
        update: counted('upsert', 'many(args.0.id ?? chars(args.0))'),
        fetch: fetch(listed('ids')),
        fetchByMetadata: { ...page(records), versions: '>=7' },
        listPaginated: page('result.vectors.length'),
        deleteOne: counted('delete', 1),
        deleteMany: counted('delete', listed('ids')),
        deleteAll: { scope: 'delete' },
      },
    },
    {
      // Of an index with documents; `index.searchDocuments()` is `index.documents.search()`.
      at: 'Documents.prototype',
      versions: '>=9',
      metadata: { collection: 'this._provider.indexName || undefined' },
      methods: {
        search: query,
        upsert: { scope: 'upsert', metadata: documents },
        update: { scope: 'upsert' },
        fetch: fetch('args.0.ids.length'),
        list: page('result.documents.length'),
        delete: counted('delete', 'args.0.ids.length'),
      },
    },
    {
      // Options since version 7; before it the model, the query, the documents and the rest.
      at: 'Inference.prototype',
      file: 'dist/inference/inference',
      metadata: { model: 'args.0.model ?? args.0', results: 'result.data.length' },
      methods: {
        embed: {
          target: 'embedding_provider',
          scope: 'embed',
          inputs: 'contents(args.0.inputs ?? args.1)',
          metadata: {
            batch_size: '(args.0.inputs ?? args.1).length',
            dimensions: 'result.data.0.values.length',
            input_tokens: 'result.usage.totalTokens',
          },
        },
        rerank: {
          target: 'semantic_search',
          scope: 'rerank',
          metadata: {
            query_len: '(args.0.query ?? args.1).length',
            batch_size: '(args.0.documents ?? args.2).length',
            top_k: 'args.0.topN ?? args.3.topN',
            billed_units: 'result.usage.rerankUnits',
          },
        },
      },
    },
  ],
} satisfies Instrumentation

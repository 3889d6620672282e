import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { textsIn } from './shared/texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: options are read by the shapes of five majors
type Any = any

/** A name before version 7; empty where the application gave the host itself. */
const collection = ({ self }: Call) => (self as Any)?.target?.indexName || (self as Any)?.target?.index || undefined
/** What is now named in options was the first argument before version 7. */
const listIn = (name: string) => (call: Call) => {
  const { args } = call
  const list = (args[0] as Any)?.[name] ?? args[0]
  return Array.isArray(list) ? list.length : undefined
}
const one = (call: Call) =>
  typeof call.args[0] === 'string' || (call.args[0] as Any)?.id !== undefined ? 1 : undefined
const filtered = ({ args }: Call) => ((args[0] as Any)?.query ?? args[0])?.filter !== undefined
const records = ({ result }: Call) => {
  const found = (result as Any)?.records ?? (result as Any)?.documents
  return found && Object.keys(found).length
}
const billed_units = 'result.usage.readUnits'

const index = (name: string, scope: string, metadata?: Method['metadata'], versions?: string): Method => ({
  at: `Index.prototype.${name}`,
  scope,
  ...(versions && { versions }),
  metadata: { collection, ...metadata },
})

/** The methods of an index with documents; `index.searchDocuments()` is `index.documents.search()`. */
const documents = (name: string, scope: string, metadata?: Method['metadata']): Method => ({
  at: `Documents.prototype.${name}`,
  scope,
  versions: '>=9',
  metadata: { collection: ({ self }) => (self as Any)?._provider?.indexName || undefined, ...metadata },
})

/** Options since version 7; before it the model, the query, the documents and the rest. */
const inference = { file: 'dist/inference/inference' }
const model = ({ args }: Call) => (args[0] as Any)?.model ?? args[0]

export default {
  name: 'pinecone',
  module: '@pinecone-database/pinecone',
  versions: '>=5 <10',
  target: 'vector_store',
  system: { db: 'pinecone', provider: 'pinecone' },
  observe: 'chain',
  methods: [
    index('query', 'search', { top_k: 'args.0.topK', filtered, results: 'result.matches.length', billed_units }),
    index('searchRecords', 'search', {
      top_k: 'args.0.query.topK',
      filtered,
      results: 'result.result.hits.length',
      input_tokens: 'result.usage.embedTotalTokens',
      billed_units,
    }),
    index('upsert', 'upsert', { batch_size: listIn('records') }),
    index('upsertRecords', 'upsert', { batch_size: listIn('records') }),
    index('update', 'upsert', { batch_size: one }),
    index('fetch', 'fetch', { batch_size: listIn('ids'), results: records, billed_units }),
    index('fetchByMetadata', 'fetch', { top_k: 'args.0.limit', results: records, billed_units }, '>=7'),
    index('listPaginated', 'fetch', { top_k: 'args.0.limit', results: 'result.vectors.length', billed_units }),
    index('deleteOne', 'delete', { batch_size: () => 1 }),
    index('deleteMany', 'delete', { batch_size: listIn('ids') }),
    index('deleteAll', 'delete'),

    documents('search', 'search', { top_k: 'args.0.topK', filtered, results: 'result.matches.length', billed_units }),
    documents('upsert', 'upsert', { batch_size: 'args.0.documents.length', results: 'result.upsertedCount' }),
    documents('update', 'upsert'),
    documents('fetch', 'fetch', { batch_size: 'args.0.ids.length', results: records, billed_units }),
    documents('list', 'fetch', { top_k: 'args.0.limit', results: 'result.documents.length', billed_units }),
    documents('delete', 'delete', { batch_size: 'args.0.ids.length' }),

    {
      ...inference,
      at: 'Inference.prototype.embed',
      target: 'embedding_provider',
      scope: 'embed',
      inputs: ({ args }) => textsIn((args[0] as Any)?.inputs ?? args[1]),
      metadata: {
        model,
        batch_size: ({ args }) => ((args[0] as Any)?.inputs ?? args[1])?.length,
        dimensions: 'result.data.0.values.length',
        input_tokens: 'result.usage.totalTokens',
        results: 'result.data.length',
      },
    },
    {
      ...inference,
      at: 'Inference.prototype.rerank',
      target: 'semantic_search',
      scope: 'rerank',
      metadata: {
        model,
        query_len: ({ args }) => ((args[0] as Any)?.query ?? args[1])?.length,
        batch_size: ({ args }) => ((args[0] as Any)?.documents ?? args[2])?.length,
        top_k: ({ args }) => ((args[0] as Any)?.model ? args[0] : (args[3] as Any))?.topN,
        results: 'result.data.length',
        billed_units: 'result.usage.rerankUnits',
      },
    },
  ],
} satisfies Instrumentation

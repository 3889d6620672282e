import type { Call, Instrumentation, Method } from '../agent/model.ts'

const provider = 'this.constructor.name'
const query_len = ({ args }: Call) => (typeof args[0] === 'string' ? args[0].length : undefined)

const embeddings = (name: string, metadata: Method['metadata']): Method => ({
  at: `Embeddings.new.${name}`,
  file: 'dist/embeddings',
  target: 'embedding_provider',
  scope: 'embed',
  metadata: { model: 'this.model', provider, ...metadata },
})

// Stores override what VectorStore has and bring what it only declares, so each is met through the objects made.
// SaveableVectorStore extends the class inside the same file, which no replaced export reaches.
const store = (name: string, scope: string, metadata: Method['metadata']): Method[] =>
  ['VectorStore', 'SaveableVectorStore'].map((base) => ({
    at: `${base}.new.${name}`,
    file: 'dist/vectorstores',
    scope,
    metadata: { provider, ...metadata },
  }))

const retriever = (name: string, versions?: string): Method => ({
  at: `BaseRetriever.prototype.${name}`,
  ...(versions && { versions }),
  scope: 'retrieve',
  metadata: { provider, query_len, top_k: 'this.k', results: 'result.length' },
})

export default {
  name: 'langchain',
  module: '@langchain/core',
  file: 'dist/retrievers/index',
  versions: '>=0.3 <2',
  target: 'semantic_search',
  methods: [
    retriever('invoke'),
    // What `invoke` calls, and older applications too.
    retriever('getRelevantDocuments', '<1'),
    ...store('similaritySearch', 'search', { query_len, top_k: 'args.1', results: 'result.length' }),
    ...store('similaritySearchWithScore', 'search', { query_len, top_k: 'args.1', results: 'result.length' }),
    ...store('maxMarginalRelevanceSearch?', 'search', { query_len, top_k: 'args.1.k', results: 'result.length' }),
    // Not `addVectors`: every store's `addDocuments` ends in it, after it has awaited the embeddings.
    ...store('addDocuments?', 'upsert', { batch_size: 'args.0.length' }),
    embeddings('embedQuery?', { batch_size: () => 1, query_len, dimensions: 'result.length' }),
    embeddings('embedDocuments?', { batch_size: 'args.0.length', dimensions: 'result.0.length' }),
  ],
} satisfies Instrumentation

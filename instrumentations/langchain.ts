import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { listOf } from './shared/kinds.ts'

const provider = 'this.constructor.name'
const query_len = ({ args }: Call) => (typeof args[0] === 'string' ? args[0].length : undefined)

// A class whose `embedQuery` awaits before it calls `embedDocuments` gives two records: only async context could tell.
const embeddings = (name: string, metadata: Method['metadata']): Method => ({
  at: `Embeddings.new.${name}`,
  file: 'dist/embeddings',
  target: 'embedding_provider',
  scope: 'embed',
  inputs: 'args.0',
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

// biome-ignore lint/suspicious/noExplicitAny: models and messages are read by shape
type Any = any

const model = ({ self }: Call) => (self as Any)?.model ?? (self as Any)?.modelName
/** One answer for each prompt of the call, of as many candidates as were asked for. */
const sum =
  (ofMessage: (usage: Any) => unknown, ofOutput: string) =>
  ({ result }: Call) => {
    const { generations, llmOutput } = (result ?? {}) as Any
    const counts = listOf(generations).map((candidates) => ofMessage(candidates?.[0]?.message?.usage_metadata))
    const known = counts.filter((count: unknown) => typeof count === 'number')
    return known.length > 0 ? known.reduce((a: number, b: number) => a + b) : llmOutput?.tokenUsage?.[ofOutput]
  }

/** A model that can't stream, or must not, answers a stream by `invoke`, which is then the call. */
function streams({ self }: Call): boolean {
  let owner = Object(self)
  while (owner !== null && !Object.hasOwn(owner, '_streamResponseChunks')) owner = Object.getPrototypeOf(owner)
  return owner !== null && !Object.hasOwn(owner, 'generatePrompt') && !(self as Any).disableStreaming
}

// All ways to an answer end in `generate` (`invoke`, `batch`, chains), all streams in `_streamIterator`.
const llm = (base: string, file: string): Method[] => [
  {
    at: `${base}.prototype.generate`,
    file,
    target: 'llm',
    scope: 'generate',
    metadata: {
      model,
      provider,
      batch_size: 'args.0.length',
      input_tokens: sum((usage) => usage?.input_tokens, 'promptTokens'),
      output_tokens: sum((usage) => usage?.output_tokens, 'completionTokens'),
      cached_tokens: sum((usage) => usage?.input_token_details?.cache_read, ''),
    },
  },
  {
    at: `${base}.prototype._streamIterator`,
    file,
    target: 'llm',
    scope: 'generate',
    when: streams,
    metadata: { model, provider, stream: () => true },
    // As `concat` does: one provider tells of all tokens at the end, another of the new ones with each chunk.
    chunk: {
      input_tokens: 'sum(chunk.usage_metadata.input_tokens)',
      output_tokens: 'sum(chunk.usage_metadata.output_tokens)',
      cached_tokens: 'sum(chunk.usage_metadata.input_token_details.cache_read)',
    },
  },
]

// A class that extends it brings the method.
const compressor = (file: string, versions: string): Method => ({
  at: 'BaseDocumentCompressor.new.compressDocuments',
  file: `dist/retrievers/document_compressors/${file}`,
  versions,
  scope: 'rerank',
  metadata: {
    model: 'this.model',
    provider,
    batch_size: 'args.0.length',
    query_len: 'args.1.length',
    top_k: 'this.topN',
    results: 'result.length',
  },
})

export default {
  name: 'langchain',
  module: '@langchain/core',
  file: 'dist/retrievers/index',
  versions: '>=0.3 <2',
  target: 'semantic_search',
  system: {},
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
    ...llm('BaseChatModel', 'dist/language_models/chat_models'),
    ...llm('BaseLLM', 'dist/language_models/llms'),
    compressor('base', '<1'),
    compressor('index', '>=1'),
  ],
  // What models and embeddings ask their services through: AsyncCaller's queue.
  queues: [{ module: 'p-queue', at: 'default.prototype.add', binds: 'args.0' }],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { answers, isWritten, orderKept, piece, streams } from './shared/langchain.ts'
import { scoresIn } from './shared/scores.ts'

const [provider, query_len, results] = ['this.constructor.name', 'chars(args.0)', 'result.length']
const batch_size = 'args.0.length'
const found = { query_len, top_k: 'args.1', results }
const llm = {
  scope: 'llm.generate',
  metadata: { model: 'this.model ?? this.modelName', provider },
  // All ways to an answer end in `generate` (`invoke`, `batch`, chains), all streams in `_streamIterator`.
  methods: {
    generate: { metadata: { ...answers, batch_size } },
    _streamIterator: { when: streams, metadata: { stream: true }, chunk: piece, token: isWritten },
  },
}

// A class that extends it brings the method.
const rerank = {
  at: 'BaseDocumentCompressor.new',
  scope: 'rerank',
  metadata: { model: 'this.model', provider, top_k: 'this.topN', results, order_kept: orderKept },
  methods: { compressDocuments: { metadata: { batch_size, query_len: 'args.1.length' } } },
}

/** Pairs of a document and its score, whose kind is that of the store. */
const scores = scoresIn('result', '1')

export default {
  name: 'langchain',
  module: '@langchain/core',
  file: 'dist/retrievers/index',
  versions: '>=0.3 <2',
  target: 'semantic_search',
  framework: true,
  system: {},
  classes: [
    {
      at: 'BaseRetriever.prototype',
      scope: 'retrieve',
      metadata: { provider, query_len, top_k: 'this.k', results },
      // `invoke` calls the other, and older applications do, too.
      methods: { invoke: {}, getRelevantDocuments: { versions: '<1' } },
    },
    {
      // Stores override what VectorStore has and bring what it only declares, so each is met through the objects made.
      // SaveableVectorStore extends the class inside the same file, which no replaced export reaches.
      at: ['VectorStore.new', 'SaveableVectorStore.new'],
      file: 'dist/vectorstores',
      scope: 'search',
      metadata: { provider },
      methods: {
        similaritySearch: { metadata: found },
        similaritySearchWithScore: { metadata: { ...found, ...scores } },
        'maxMarginalRelevanceSearch?': { metadata: { ...found, top_k: 'args.1.k' } },
        'addDocuments?': { scope: 'upsert', metadata: { batch_size } },
        // What the others end in, after they have awaited the embeddings.
        'similaritySearchVectorWithScore?': {
          part: true,
          metadata: { top_k: 'args.1', dimensions: 'args.0.length', results, ...scores },
        },
        'addVectors?': { scope: 'upsert', part: true, metadata: { batch_size, dimensions: 'args.0.0.length' } },
        delete: { scope: 'delete', metadata: { batch_size: 'size(args.0.ids)' } },
      },
    },
    {
      at: 'Embeddings.new',
      file: 'dist/embeddings',
      scope: 'embedding_provider.embed',
      inputs: 'args.0',
      metadata: { model: 'this.model', provider },
      // One that awaits in `embedQuery` before it calls `embedDocuments` has two records: only async context could tell.
      methods: {
        'embedQuery?': { metadata: { batch_size: 1, query_len, dimensions: 'result.length' } },
        'embedDocuments?': { metadata: { batch_size, dimensions: 'result.0.length' } },
      },
    },
    { at: 'BaseChatModel.prototype', file: 'dist/language_models/chat_models', ...llm },
    { at: 'BaseLLM.prototype', file: 'dist/language_models/llms', ...llm },
    { file: 'dist/retrievers/document_compressors/base', versions: '<1', ...rerank },
    { file: 'dist/retrievers/document_compressors/index', versions: '>=1', ...rerank },
  ],
  // What models and embeddings ask their services through, and the queue that this and callbacks wait in.
  queues: [
    { file: 'dist/utils/async_caller', at: 'AsyncCaller.prototype.call', binds: 'args.0' },
    { file: 'dist/utils/async_caller', at: 'AsyncCaller.prototype.callWithOptions', binds: 'args.1' },
    { module: 'p-queue', at: 'default.prototype.add', binds: 'args.0' },
  ],
} satisfies Instrumentation

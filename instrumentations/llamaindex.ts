import type { Instrumentation } from '../agent/model.ts'
import { usage } from './shared/llamaindex.ts'

const provider = 'this.constructor.name'
const model = 'this.model ?? this.metadata.model'
/** A text, or an object that holds it. */
const query_len = 'chars(args.0.query ?? args.0.text ?? args.0)'
const one = { batch_size: 1, query_len, dimensions: 'result.length' }
const several = { batch_size: 'args.0.length', dimensions: 'result.0.length' }
export default {
  name: 'llamaindex',
  module: '@llamaindex/core',
  file: 'retriever/dist/index',
  versions: '>=0.6 <0.7',
  target: 'semantic_search',
  framework: true,
  system: {},
  classes: [
    {
      at: 'BaseRetriever.prototype',
      scope: 'retrieve',
      metadata: { provider, query_len, top_k: 'this.similarityTopK ?? this.topK.TEXT', results: 'result.length' },
      methods: { retrieve: {} },
    },
    {
      // Each brings its own way to embed a text, which the others end in, perhaps after they have awaited.
      at: 'BaseEmbedding.new',
      file: 'embeddings/dist/index',
      scope: 'embedding_provider.embed',
      inputs: 'contents(args.0)',
      metadata: { model, provider },
      methods: {
        getQueryEmbedding: { metadata: one },
        'getTextEmbedding?': { part: true, metadata: one },
        'getTextEmbeddings?': { part: true, metadata: several },
        getTextEmbeddingsBatch: { metadata: several },
      },
    },
    {
      // Each model brings its own `chat`, in which `complete` and `exec` end. ToolCallLLM extends the class inside its file.
      at: ['BaseLLM.new', 'ToolCallLLM.new'],
      file: 'llms/dist/index',
      scope: 'llm.generate',
      metadata: { model, provider, stream: 'args.0.stream', ...usage('result.raw') },
      chunk: usage('chunk.raw'),
      // What a model calls tools by, it puts into a chunk's options.
      token: 'chunk.delta || chunk.options.toolCall',
      methods: { chat: {} },
    },
    {
      at: 'BaseVectorStore.new',
      file: 'vector-store/dist/index',
      metadata: { provider },
      methods: {
        query: {
          scope: 'search',
          metadata: {
            top_k: 'args.0.similarityTopK',
            dimensions: 'args.0.queryEmbedding.length',
            filtered: 'has(args.0.filters)',
            results: 'result.ids.length',
          },
        },
        add: { scope: 'upsert', metadata: { batch_size: 'args.0.length' } },
        delete: { scope: 'delete' },
      },
    },
  ],
} satisfies Instrumentation

import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { textsIn } from './shared/texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: questions and models are read by shape
type Any = any

const provider = 'this.constructor.name'
const model = ({ self }: Call) => (self as Any)?.model ?? (self as Any)?.metadata?.model
/** A text, or an object that holds it. */
const query_len = ({ args }: Call) => {
  const given = args[0] as Any
  const text = given?.query ?? given?.text ?? given
  return typeof text === 'string' ? text.length : undefined
}
/**
 * `raw` is the provider's own answer or chunk: of OpenAI and its responses, Anthropic, Mistral, Gemini, Ollama. Each that
 * tells of a stream's tokens tells of all of them, Gemini again and again, so the last one counts.
 */
const usageOf = (answer: Any) => {
  const raw = answer?.raw
  return raw?.usage ?? raw?.response?.usage ?? raw?.usageMetadata ?? raw
}
const usage = (of: (call: Call) => Any) => ({
  input_tokens(call: Call) {
    const found = usageOf(of(call))
    return (
      found?.prompt_tokens ??
      found?.input_tokens ??
      found?.promptTokens ??
      found?.promptTokenCount ??
      found?.prompt_eval_count
    )
  },
  output_tokens(call: Call) {
    const found = usageOf(of(call))
    return (
      found?.completion_tokens ??
      found?.output_tokens ??
      found?.completionTokens ??
      found?.candidatesTokenCount ??
      found?.eval_count
    )
  },
})

// What asks for single texts (`getTextEmbedding`) is called by these too, after they have awaited.
const embeds = (name: string, metadata: Method['metadata']): Method => ({
  at: `BaseEmbedding.prototype.${name}`,
  file: 'embeddings/dist/index',
  target: 'embedding_provider',
  scope: 'embed',
  inputs: ({ args }) => textsIn(args[0]),
  metadata: { model, provider, ...metadata },
})

// Each model brings its own `chat`, in which `complete` and `exec` end. ToolCallLLM extends the class inside its file.
const chat = (base: string): Method => ({
  at: `${base}.new.chat`,
  file: 'llms/dist/index',
  target: 'llm',
  scope: 'generate',
  metadata: { model, provider, stream: 'args.0.stream', ...usage(({ result }) => result) },
  chunk: usage(({ chunk }) => chunk),
})

const store = (name: string, scope: string, metadata: Method['metadata']): Method => ({
  at: `BaseVectorStore.new.${name}`,
  file: 'vector-store/dist/index',
  scope,
  metadata: { provider, ...metadata },
})

export default {
  name: 'llamaindex',
  module: '@llamaindex/core',
  file: 'retriever/dist/index',
  versions: '>=0.6 <0.7',
  target: 'semantic_search',
  system: {},
  methods: [
    {
      at: 'BaseRetriever.prototype.retrieve',
      scope: 'retrieve',
      metadata: {
        provider,
        query_len,
        top_k: ({ self }) => (self as Any)?.similarityTopK ?? (self as Any)?.topK?.TEXT,
        results: 'result.length',
      },
    },
    embeds('getQueryEmbedding', { batch_size: () => 1, query_len, dimensions: 'result.length' }),
    embeds('getTextEmbeddingsBatch', { batch_size: 'args.0.length', dimensions: 'result.0.length' }),
    chat('BaseLLM'),
    chat('ToolCallLLM'),
    store('query', 'search', {
      top_k: 'args.0.similarityTopK',
      dimensions: 'args.0.queryEmbedding.length',
      filtered: ({ args }) => (args[0] as Any)?.filters !== undefined,
      results: 'result.ids.length',
    }),
    store('add', 'upsert', { batch_size: 'args.0.length' }),
    store('delete', 'delete', {}),
  ],
} satisfies Instrumentation

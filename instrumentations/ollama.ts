import type { Call, Instrumentation } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

/** The server tells nanoseconds. */
const ms = (nanoseconds: unknown) =>
  typeof nanoseconds === 'number' ? Math.round(nanoseconds / 10_000) / 100 : undefined
const server_ms = ({ result }: Call) => ms((result as Any)?.total_duration)

const generate = {
  scope: 'generate',
  target: 'llm',
  metadata: {
    model: 'args.0.model',
    stream: 'args.0.stream',
    input_tokens: 'result.prompt_eval_count',
    output_tokens: 'result.eval_count',
    server_ms,
  },
  chunk: {
    input_tokens: 'chunk.prompt_eval_count',
    output_tokens: 'chunk.eval_count',
    server_ms: ({ chunk }: Call) => ms((chunk as Any)?.total_duration),
  },
}

/** On the parent, which `ollama/browser` exports: the client of Node adds files only. */
export default {
  name: 'ollama',
  module: 'ollama',
  versions: '>=0.5 <0.7',
  target: 'embedding_provider',
  system: { provider: 'ollama' },
  methods: [
    {
      at: 'Ollama.prototype^.embed',
      scope: 'embed',
      inputs: 'args.0.input',
      metadata: {
        model: 'args.0.model',
        batch_size: 'texts(args.0.input)',
        dimensions: 'args.0.dimensions',
        input_tokens: 'result.prompt_eval_count',
        results: 'result.embeddings.length',
        server_ms,
      },
    },
    {
      at: 'Ollama.prototype^.embeddings',
      scope: 'embed',
      inputs: 'args.0.prompt',
      metadata: { model: 'args.0.model', batch_size: 'texts(args.0.prompt)', dimensions: 'result.embedding.length' },
    },
    { at: 'Ollama.prototype^.chat', ...generate },
    { at: 'Ollama.prototype^.generate', ...generate },
  ],
} satisfies Instrumentation

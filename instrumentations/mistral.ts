import type { Instrumentation } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's exports are read by shape
type Any = any

/** The classes are not exported; a getter of the client makes the object of each. */
const of = (name: string) => (exports: Any) =>
  Object.getPrototypeOf(Reflect.get(exports.Mistral.prototype, name, { _options: {} }))

const generate = { scope: 'generate', target: 'llm' }
const answer = {
  ...generate,
  metadata: {
    model: 'args.0.model',
    input_tokens: 'result.usage.promptTokens',
    output_tokens: 'result.usage.completionTokens',
  },
}
const stream = {
  ...generate,
  metadata: { model: 'args.0.model', stream: () => true },
  chunk: { input_tokens: 'chunk.data.usage.promptTokens', output_tokens: 'chunk.data.usage.completionTokens' },
}

export default {
  name: 'mistral',
  module: '@mistralai/mistralai',
  versions: '>=1 <3',
  target: 'embedding_provider',
  methods: [
    {
      from: of('embeddings'),
      at: 'create',
      scope: 'embed',
      metadata: {
        model: 'args.0.model',
        batch_size: 'count(args.0.inputs)',
        dimensions: 'args.0.outputDimension',
        input_tokens: 'result.usage.promptTokens',
        results: 'result.data.length',
      },
    },
    { from: of('chat'), at: 'complete', ...answer },
    { from: of('chat'), at: 'parse', ...answer },
    { from: of('chat'), at: 'stream', ...stream },
    { from: of('chat'), at: 'parseStream', ...stream },
    { from: of('fim'), at: 'complete', ...answer },
    { from: of('fim'), at: 'stream', ...stream },
    { from: of('agents'), at: 'complete', ...answer },
    { from: of('agents'), at: 'stream', ...stream },
  ],
} satisfies Instrumentation

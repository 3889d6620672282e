import type { Instrumentation } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's exports are read by shape
type Any = any

/** The classes are not exported; getters of the client make an object of each. */
const from = ({ Mistral: { prototype } }: Any) => {
  const of = (name: string) => Object.getPrototypeOf(Reflect.get(prototype, name, { _options: {} }))
  return { embeddings: of('embeddings'), chat: of('chat'), fim: of('fim'), agents: of('agents') }
}

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
  system: { provider: 'mistral_ai' },
  methods: [
    {
      from,
      at: 'embeddings.create',
      scope: 'embed',
      inputs: 'args.0.inputs',
      metadata: {
        model: 'args.0.model',
        batch_size: 'texts(args.0.inputs)',
        dimensions: 'args.0.outputDimension',
        input_tokens: 'result.usage.promptTokens',
        results: 'result.data.length',
      },
    },
    { from, at: 'chat.complete', ...answer },
    { from, at: 'chat.parse', ...answer },
    { from, at: 'chat.stream', ...stream },
    { from, at: 'chat.parseStream', ...stream },
    { from, at: 'fim.complete', ...answer },
    { from, at: 'fim.stream', ...stream },
    { from, at: 'agents.complete', ...answer },
    { from, at: 'agents.stream', ...stream },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'

/** The classes are not exported; getters of the client make an object of each. */
const from = ({ Mistral: { prototype } }: { Mistral: { prototype: object } }) =>
  Object.fromEntries(names.map((name) => [name, Object.getPrototypeOf(Reflect.get(prototype, name, { _options: {} }))]))
const names = ['embeddings', 'chat', 'fim', 'agents']

const usage = (at: string) => ({
  input_tokens: `${at}.usage.promptTokens`,
  output_tokens: `${at}.usage.completionTokens`,
})
const asked = { model: 'args.0.model', provider: 'provider(this._options.serverURL)' }
const answer = { metadata: { ...asked, ...usage('result') } }
const stream = { metadata: { ...asked, stream: true }, chunk: usage('chunk.data') }
const generate = { from, scope: 'generate', target: 'llm' }

export default {
  name: 'mistral',
  module: '@mistralai/mistralai',
  versions: '>=1 <3',
  target: 'embedding_provider',
  system: { provider: 'mistral_ai' },
  classes: [
    {
      from,
      at: 'embeddings',
      scope: 'embed',
      inputs: 'args.0.inputs',
      metadata: {
        ...asked,
        batch_size: 'texts(args.0.inputs)',
        dimensions: 'args.0.outputDimension',
        input_tokens: 'result.usage.promptTokens',
        results: 'result.data.length',
      },
      methods: { create: {} },
    },
    { ...generate, at: 'chat', methods: { complete: answer, parse: answer, stream, parseStream: stream } },
    { ...generate, at: ['fim', 'agents'], methods: { complete: answer, stream } },
  ],
} satisfies Instrumentation

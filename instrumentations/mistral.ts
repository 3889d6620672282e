import type { Instrumentation } from '../agent/model.ts'

type Client = { Mistral: { prototype: object } }
/** The classes are not exported; getters of the client make an object of each. */
const made = (client: object, name: string) => Reflect.get(client, name, { _options: {} })
const from = ({ Mistral: { prototype } }: Client) =>
  Object.fromEntries(names.map((name) => [name, Object.getPrototypeOf(made(prototype, name))]))
const names = ['embeddings', 'chat', 'fim', 'agents']

const usage = (at: string) => ({
  // What a connector has read for the model.
  input_tokens: `${at}.promptTokens + ${at}.connectorTokens ?? ${at}.promptTokens`,
  output_tokens: `${at}.completionTokens`,
  cached_tokens: [at, `${at}.additionalProperties`]
    .map((all) => `${all}.prompt_tokens_details.cached_tokens ?? ${all}.num_cached_tokens`)
    .join(' ?? '),
})
const told = (at: string) => ({
  ...usage(`${at}.usage`),
  finish_reason: `${at}.choices.0.finishReason`,
  response_model: `${at}.model`,
})
const delta = 'chunk.data.choices.0.delta'
const asked = { model: 'args.0.model', provider: 'provider(this._options.serverURL)' }
const answer = { metadata: { ...asked, ...told('result') } }
const stream = {
  metadata: { ...asked, stream: true },
  chunk: told('chunk.data'),
  token: `is(${delta}.content || ${delta}.toolCalls) && is(${delta}.content.0.type == 'thinking') == false`,
}
const last = 'result.outputs.-1.model'
const turn = {
  metadata: { ...asked, ...usage('result.usage'), model: `args.0.model ?? ${last}`, response_model: last },
}
const turnStream = {
  metadata: { provider: asked.provider, stream: true },
  chunk: {
    ...usage('chunk.data.usage'),
    model: 'args.0.model ?? chunk.data.model',
    response_model: 'chunk.data.model',
  },
  token: `is(chunk.data.type == 'message.output.delta' || chunk.data.type == 'function.call.delta') && is(chunk.data.content.type == 'thinking') == false`,
  failed: `chunk.data.type == 'conversation.response.error' && chunk.data`,
}
/** An agent's model is the one that answers. */
const byAgent = {
  complete: { metadata: { ...answer.metadata, model: 'result.model' } },
  stream: { ...stream, chunk: { ...stream.chunk, model: 'chunk.data.model' } },
}
const generate = { from, scope: 'llm.generate' }

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
        dimensions: 'args.0.outputDimension ?? size(result.data.0.embedding)',
        input_tokens: 'result.usage.promptTokens',
        results: 'result.data.length',
        response_model: 'result.model',
      },
      methods: { create: {} },
    },
    { ...generate, at: 'chat', methods: { complete: answer, parse: answer, stream, parseStream: stream } },
    { ...generate, at: 'fim', methods: { complete: answer, stream } },
    { ...generate, at: 'agents', methods: byAgent },
    {
      ...generate,
      from: ({ Mistral: { prototype } }: Client) => ({
        conversations: Object.getPrototypeOf(made(made(prototype, 'beta'), 'conversations')),
      }),
      at: 'conversations',
      versions: '>=1.7',
      methods: {
        ...{ start: turn, append: turn, restart: turn },
        ...{ startStream: turnStream, appendStream: turnStream, restartStream: turnStream },
      },
    },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { chatUsage, compatibleOrAzure, createRequests } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
/** A deployment of Azure's is the model, whatever a call says. */
const asked = { model: 'this._client.deploymentName || args.0.model', provider: compatibleOrAzure, attempts }
const generate = { ...call, scope: 'generate', target: 'llm' }
const usage = (root: string) => ({
  input_tokens: `${root}.usage.input_tokens`,
  output_tokens: `${root}.usage.output_tokens`,
  cached_tokens: `${root}.usage.input_tokens_details.cached_tokens`,
})
const streamed = { ...asked, stream: 'args.0.stream' }
// No deployment is in the path of these, so the call says it.
const responses = {
  ...generate,
  metadata: { ...streamed, model: 'args.0.model', ...usage('result') },
  chunk: usage('chunk.response'),
}
const chat = { ...generate, metadata: { ...streamed, ...chatUsage('result') }, chunk: chatUsage('chunk') }
const scopes = [{ scope: 'embed' }, { scope: 'generate', target: 'llm' }]

export default {
  name: 'openai',
  module: 'openai',
  versions: '>=4 <8',
  target: 'embedding_provider',
  system: { provider: 'openai' },
  // `parse`, `stream`, `runTools` and the like all call `create`.
  classes: [
    {
      at: 'OpenAI.Embeddings.prototype',
      methods: {
        create: {
          ...call,
          scope: 'embed',
          inputs: 'args.0.input',
          metadata: {
            ...asked,
            batch_size: 'texts(args.0.input)',
            dimensions: 'args.0.dimensions',
            input_tokens: 'result.usage.prompt_tokens',
            results: 'result.data.length',
          },
        },
      },
    },
    { at: 'OpenAI.Chat.Completions.prototype', methods: { create: chat } },
    { at: 'OpenAI.Responses.prototype', versions: '>=4.87', methods: { create: responses } },
    { at: 'OpenAI.Beta.Responses.prototype', versions: '>=6.49', methods: { create: responses } },
    {
      at: 'OpenAI.Completions.prototype',
      metadata: { batch_size: 'texts(args.0.prompt)' },
      methods: { create: chat },
    },
    { at: 'OpenAI.prototype^', versions: '<5', methods: heard(scopes) },
    { at: 'OpenAI.prototype', versions: '>=5', methods: heard(scopes) },
  ],
} satisfies Instrumentation

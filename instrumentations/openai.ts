import type { Instrumentation } from '../agent/model.ts'
import { chatUsage, createRequests } from './shared/stainless.ts'

const { call, attempts, listen } = createRequests()
const generate = { ...call, scope: 'generate', target: 'llm' } as const
const asked = { model: 'args.0.model', stream: 'args.0.stream', attempts }
const responseUsage = (root: string) => ({
  input_tokens: `${root}.usage.input_tokens`,
  output_tokens: `${root}.usage.output_tokens`,
  cached_tokens: `${root}.usage.input_tokens_details.cached_tokens`,
})
const responses = {
  ...generate,
  metadata: { ...asked, ...responseUsage('result') },
  chunk: responseUsage('chunk.response'),
} as const
const scopes = [{ scope: 'embed' }, { scope: 'generate', target: 'llm' }]

export default {
  name: 'openai',
  module: 'openai',
  versions: '>=4 <8',
  target: 'embedding_provider',
  // `parse`, `stream`, `runTools` and the like all call `create`.
  methods: [
    {
      ...call,
      at: 'OpenAI.Embeddings.prototype.create',
      scope: 'embed',
      inputs: 'args.0.input',
      metadata: {
        model: 'args.0.model',
        batch_size: 'texts(args.0.input)',
        dimensions: 'args.0.dimensions',
        input_tokens: 'result.usage.prompt_tokens',
        results: 'result.data.length',
        attempts,
      },
    },
    {
      ...generate,
      at: 'OpenAI.Chat.Completions.prototype.create',
      metadata: { ...asked, ...chatUsage('result') },
      chunk: chatUsage('chunk'),
    },
    { ...responses, at: 'OpenAI.Responses.prototype.create', versions: '>=4.87' },
    { ...responses, at: 'OpenAI.Beta.Responses.prototype.create', versions: '>=6.49' },
    {
      ...generate,
      at: 'OpenAI.Completions.prototype.create',
      metadata: { ...asked, batch_size: 'texts(args.0.prompt)', ...chatUsage('result') },
      chunk: chatUsage('chunk'),
    },
    ...listen(
      'OpenAI.prototype^',
      scopes.map((scope) => ({ ...scope, versions: '<5' })),
    ),
    ...listen(
      'OpenAI.prototype',
      scopes.map((scope) => ({ ...scope, versions: '>=5' })),
    ),
  ],
} satisfies Instrumentation

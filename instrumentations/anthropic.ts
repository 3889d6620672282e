import type { Instrumentation } from '../agent/model.ts'
import { createRequests, served } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
/** The first event of a stream has a message, whose usage the last ones bring up to date. */
const chunk = (key: string) => `chunk.usage.${key} ?? chunk.message.usage.${key}`

export default {
  name: 'anthropic',
  module: '@anthropic-ai/sdk',
  versions: '>=0.137 <2',
  target: 'llm',
  system: { provider: 'anthropic' },
  classes: [
    {
      ...call,
      at: ['Anthropic.Messages.prototype', 'Anthropic.Beta.Messages.prototype'],
      scope: 'generate',
      metadata: {
        model: 'args.0.model',
        provider: served,
        stream: 'args.0.stream',
        input_tokens: 'result.usage.input_tokens',
        output_tokens: 'result.usage.output_tokens',
        cached_tokens: 'result.usage.cache_read_input_tokens',
        attempts,
      },
      chunk: {
        input_tokens: chunk('input_tokens'),
        output_tokens: chunk('output_tokens'),
        cached_tokens: chunk('cache_read_input_tokens'),
      },
      // `stream`, `parse`, tool runners and threads all call it.
      methods: { create: {} },
    },
    { at: 'Anthropic.prototype^', methods: heard([{ scope: 'generate' }]) },
  ],
} satisfies Instrumentation

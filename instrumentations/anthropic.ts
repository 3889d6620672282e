import type { Call, Instrumentation } from '../agent/model.ts'
import { createRequests } from './shared/stainless.ts'

const { call, attempts, listen } = createRequests()

// biome-ignore lint/suspicious/noExplicitAny: messages and events are read by shape
type Any = any
/** The first event of a stream has a message, whose usage the last ones bring up to date. */
const ofChunk = (key: string) => {
  return ({ chunk }: Call) => (chunk as Any)?.usage?.[key] ?? (chunk as Any)?.message?.usage?.[key]
}
const messages = {
  ...call,
  scope: 'generate',
  metadata: {
    model: 'args.0.model',
    stream: 'args.0.stream',
    input_tokens: 'result.usage.input_tokens',
    output_tokens: 'result.usage.output_tokens',
    cached_tokens: 'result.usage.cache_read_input_tokens',
    attempts,
  },
  chunk: {
    input_tokens: ofChunk('input_tokens'),
    output_tokens: ofChunk('output_tokens'),
    cached_tokens: ofChunk('cache_read_input_tokens'),
  },
} as const

export default {
  name: 'anthropic',
  module: '@anthropic-ai/sdk',
  versions: '>=0.137 <2',
  target: 'llm',
  system: { provider: 'anthropic' },
  // `stream`, `parse`, tool runners and threads all call `create`.
  methods: [
    { ...messages, at: 'Anthropic.Messages.prototype.create' },
    { ...messages, at: 'Anthropic.Beta.Messages.prototype.create' },
    ...listen('Anthropic.prototype^', [{ scope: 'generate' }]),
  ],
} satisfies Instrumentation

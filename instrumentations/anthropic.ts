import type { Instrumentation } from '../agent/model.ts'
import { createRequests, served } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
/** With several rounds of the model in one call, the usage itself leaves those out that summed up what came before. */
const figure = (usage: string, name: string) => `(sum(${usage}.iterations.*.${name}) ?? ${usage}.${name})`
const [input, output] = ['input_tokens', 'output_tokens'] as const
const [cached, stored] = ['cache_read_input_tokens', 'cache_creation_input_tokens'] as const
const read = (usage: string) =>
  `${figure(usage, input)} + (${figure(usage, cached)} ?? 0) + (${figure(usage, stored)} ?? 0)`

/** Of the first of these that is there; most events of a stream have none. */
const usage = (...usages: readonly string[]) => {
  const first = (words: (usage: string) => string) => usages.map((one) => `${one} && ${words(one)}`).join(' ?? ')
  return {
    input_tokens: first(read),
    output_tokens: first((one) => figure(one, output)),
    cached_tokens: first((one) => figure(one, cached)),
    cache_write_tokens: first((one) => figure(one, stored)),
    reasoning_tokens: first((one) => `${one}.output_tokens_details.thinking_tokens`),
  }
}
const messages = {
  ...call,
  at: 'Messages.prototype',
  scope: 'generate',
  metadata: {
    model: 'args.0.model',
    provider: served,
    stream: 'args.0.stream',
    ...usage('result.usage'),
    response_model: 'result.model',
    finish_reason: 'result.stop_reason',
    attempts,
  },
  chunk: {
    ...usage('chunk.usage', 'chunk.message.usage'),
    response_model: 'chunk.message.model',
    finish_reason: 'chunk.delta.stop_reason',
  },
  // A block that begins has a name where it is the call of a tool; thoughts are deltas as well.
  token: 'chunk.delta.text || chunk.delta.partial_json || chunk.content_block.name',
  // `stream`, `parse`, tool runners and threads all call it.
  methods: { create: {} },
}

export default {
  name: 'anthropic',
  module: '@anthropic-ai/sdk',
  versions: '>=0.137 <2',
  target: 'llm',
  system: { provider: 'anthropic' },
  // Internal files, because the clients for Bedrock, Vertex and the like load these and not the main one.
  classes: [
    { ...messages, file: 'resources/messages/messages' },
    { ...messages, file: 'resources/beta/messages/messages' },
    { file: 'client', at: 'BaseAnthropic.prototype', methods: heard(['generate']) },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { chatToken, chatUsage, compatible, createRequests } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
const asked = { model: 'args.0.model', provider: compatible, attempts }
const embedded = {
  batch_size: 'texts(args.0.input)',
  dimensions: 'size(result.data.0.embedding)',
  results: 'result.data.length',
  response_model: 'result.model || undefined',
}
const embed = { scope: 'embed' }
const generate = { scope: 'generate', target: 'llm' }
/** The service tells seconds. */
const times = (at: string) => ({
  server_ms: `${at}.usage.total_time * 1000`,
  queue_ms: `${at}.usage.queue_time * 1000`,
})
const { response_model, finish_reason } = chatUsage('chunk')
const client = { methods: heard([embed, generate]) }

export default {
  name: 'groq',
  module: 'groq-sdk',
  versions: '>=0.37 <2',
  target: 'embedding_provider',
  system: { provider: 'groq' },
  classes: [
    {
      ...call,
      ...embed,
      at: 'Groq.Embeddings.prototype',
      inputs: 'args.0.input',
      metadata: { ...asked, ...embedded, input_tokens: 'result.usage.prompt_tokens' },
      methods: { create: {} },
    },
    {
      ...call,
      ...generate,
      at: 'Groq.Chat.Completions.prototype',
      metadata: { ...asked, stream: 'args.0.stream', ...chatUsage('result'), ...times('result') },
      chunk: { ...chatUsage('chunk.x_groq'), ...times('chunk.x_groq'), response_model, finish_reason },
      token: chatToken,
      // A text that says why the stream ends early.
      failed: 'chunk.x_groq.error',
      methods: { create: {} },
    },
    { ...client, at: 'Groq.prototype^', versions: '<1' },
    { ...client, at: 'Groq.prototype', versions: '>=1' },
  ],
} satisfies Instrumentation

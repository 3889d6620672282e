import type { Instrumentation } from '../agent/model.ts'
import { chatToken, chatUsage, compatible, createRequests, embedded, inputTokens } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
const asked = { model: 'args.0.model', provider: compatible, attempts }
/** The service tells seconds. */
const times = (at: string) => ({ server_ms: `${at}.total_time * 1000`, queue_ms: `${at}.queue_time * 1000` })
const { response_model, finish_reason } = chatUsage('chunk')
const client = { methods: heard(['embed', 'llm.generate']) }

export default {
  name: 'groq',
  module: 'groq-sdk',
  versions: '>=0.37 <2',
  target: 'embedding_provider',
  system: { provider: 'groq' },
  classes: [
    {
      ...call,
      at: 'Groq.Embeddings.prototype',
      inputs: 'args.0.input',
      metadata: { ...asked, ...embedded, ...inputTokens },
      methods: { create: 'embed' },
    },
    {
      ...call,
      at: 'Groq.Chat.Completions.prototype',
      metadata: { ...asked, stream: 'args.0.stream', ...chatUsage('result'), ...times('result.usage') },
      chunk: { ...chatUsage('chunk.x_groq'), ...times('chunk.x_groq.usage'), response_model, finish_reason },
      token: chatToken,
      // A text that says why the stream ends early.
      failed: 'chunk.x_groq.error',
      methods: { create: 'llm.generate' },
    },
    { ...client, at: 'Groq.prototype^', versions: '<1' },
    { ...client, at: 'Groq.prototype', versions: '>=1' },
  ],
} satisfies Instrumentation

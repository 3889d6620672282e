import type { Instrumentation } from '../agent/model.ts'
import { chatUsage, compatible, createRequests } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
const asked = { model: 'args.0.model', provider: compatible, attempts }
const embedded = { batch_size: 'texts(args.0.input)', results: 'result.data.length' }
const embed = { scope: 'embed' }
const generate = { scope: 'generate', target: 'llm' }
/** The service tells seconds. */
const usage = (at: string) => ({ ...chatUsage(at), server_ms: `${at}.usage.total_time * 1000` })
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
      metadata: { ...asked, stream: 'args.0.stream', ...usage('result') },
      chunk: usage('chunk.x_groq'),
      methods: { create: {} },
    },
    { ...client, at: 'Groq.prototype^', versions: '<1' },
    { ...client, at: 'Groq.prototype', versions: '>=1' },
  ],
} satisfies Instrumentation

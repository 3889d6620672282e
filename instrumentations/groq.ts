import type { Call, Instrumentation } from '../agent/model.ts'
import { chatUsage, createRequests } from './shared/stainless.ts'

const { call, attempts, listen } = createRequests()
const scopes = [{ scope: 'embed' }, { scope: 'generate', target: 'llm' }]

// biome-ignore lint/suspicious/noExplicitAny: usage is read by shape
type Any = any
const msOf = (usage: Any) => (typeof usage?.total_time === 'number' ? usage.total_time * 1000 : undefined)

export default {
  name: 'groq',
  module: 'groq-sdk',
  versions: '>=0.37 <2',
  target: 'embedding_provider',
  system: { provider: 'groq' },
  methods: [
    {
      ...call,
      at: 'Groq.Embeddings.prototype.create',
      scope: 'embed',
      inputs: 'args.0.input',
      metadata: {
        model: 'args.0.model',
        batch_size: 'texts(args.0.input)',
        input_tokens: 'result.usage.prompt_tokens',
        results: 'result.data.length',
        attempts,
      },
    },
    {
      ...call,
      at: 'Groq.Chat.Completions.prototype.create',
      scope: 'generate',
      target: 'llm',
      metadata: {
        model: 'args.0.model',
        stream: 'args.0.stream',
        ...chatUsage('result'),
        server_ms: ({ result }: Call) => msOf((result as Any)?.usage),
        attempts,
      },
      chunk: {
        ...chatUsage('chunk.x_groq'),
        server_ms: ({ chunk }: Call) => msOf((chunk as Any)?.x_groq?.usage),
      },
    },
    ...listen(
      'Groq.prototype^',
      scopes.map((scope) => ({ ...scope, versions: '<1' })),
    ),
    ...listen(
      'Groq.prototype',
      scopes.map((scope) => ({ ...scope, versions: '>=1' })),
    ),
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { chatUsage, createRequests } from './shared/stainless.ts'

const { call, attempts, listen } = createRequests()
const generate = {
  ...call,
  scope: 'generate',
  target: 'llm',
  metadata: { model: 'args.0.model', stream: 'args.0.stream', ...chatUsage('result'), attempts },
  chunk: chatUsage('chunk'),
} as const

export default {
  name: 'together',
  module: 'together-ai',
  versions: '>=0.40 <1',
  target: 'embedding_provider',
  system: { provider: 'together_ai' },
  methods: [
    {
      ...call,
      at: 'Together.Embeddings.prototype.create',
      scope: 'embed',
      inputs: 'args.0.input',
      metadata: {
        model: 'args.0.model',
        batch_size: 'texts(args.0.input)',
        results: 'result.data.length',
        attempts,
      },
    },
    {
      ...call,
      at: 'Together.Rerank.prototype.create',
      scope: 'rerank',
      target: 'semantic_search',
      metadata: {
        model: 'args.0.model',
        batch_size: 'args.0.documents.length',
        top_k: 'args.0.top_n',
        results: 'result.results.length',
        input_tokens: 'result.usage.prompt_tokens',
        attempts,
      },
    },
    { ...generate, at: 'Together.Chat.Completions.prototype.create' },
    { ...generate, at: 'Together.Completions.prototype.create' },
    ...listen('Together.prototype', [
      { scope: 'embed' },
      { scope: 'rerank', target: 'semantic_search' },
      { scope: 'generate', target: 'llm' },
    ]),
  ],
} satisfies Instrumentation

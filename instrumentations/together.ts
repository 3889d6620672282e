import type { Instrumentation } from '../agent/model.ts'
import { reranked } from './shared/order.ts'
import { chatToken, chatUsage, compatible, createRequests, embedded, inputTokens } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
const asked = { model: 'args.0.model', provider: compatible, attempts }
const ranked = reranked({ top_k: 'args.0.top_n', results: 'result.results.length', places: 'result.results.*.index' })
const { response_model } = embedded

export default {
  name: 'together',
  module: 'together-ai',
  versions: '>=0.40 <1',
  target: 'embedding_provider',
  system: { provider: 'together_ai' },
  classes: [
    {
      ...call,
      at: 'Together.Embeddings.prototype',
      inputs: 'args.0.input',
      metadata: { ...asked, ...embedded },
      methods: { create: 'embed' },
    },
    {
      ...call,
      at: 'Together.Rerank.prototype',
      metadata: { ...asked, ...ranked, ...inputTokens, response_model },
      methods: { create: 'semantic_search.rerank' },
    },
    {
      ...call,
      at: ['Together.Chat.Completions.prototype', 'Together.Completions.prototype'],
      metadata: { ...asked, stream: 'args.0.stream', ...chatUsage('result') },
      chunk: chatUsage('chunk'),
      token: chatToken,
      methods: { create: 'llm.generate' },
    },
    { at: 'Together.prototype', methods: heard(['embed', 'semantic_search.rerank', 'llm.generate']) },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { orderKept } from './shared/order.ts'
import { chatToken, chatUsage, compatible, createRequests } from './shared/stainless.ts'

const { call, attempts, heard } = createRequests()
const asked = { model: 'args.0.model', provider: compatible, attempts }
const embed = { scope: 'embed' }
const rerank = { scope: 'rerank', target: 'semantic_search' }
const generate = { scope: 'generate', target: 'llm' }

export default {
  name: 'together',
  module: 'together-ai',
  versions: '>=0.40 <1',
  target: 'embedding_provider',
  system: { provider: 'together_ai' },
  classes: [
    {
      ...call,
      ...embed,
      at: 'Together.Embeddings.prototype',
      inputs: 'args.0.input',
      metadata: {
        ...asked,
        batch_size: 'texts(args.0.input)',
        dimensions: 'size(result.data.0.embedding)',
        results: 'result.data.length',
        response_model: 'result.model || undefined',
      },
      methods: { create: {} },
    },
    {
      ...call,
      ...rerank,
      at: 'Together.Rerank.prototype',
      metadata: {
        ...asked,
        batch_size: 'args.0.documents.length',
        query_len: 'args.0.query.length',
        top_k: 'args.0.top_n',
        results: 'result.results.length',
        ...orderKept('args.0.documents', 'result.results.*.index'),
        input_tokens: 'result.usage.prompt_tokens',
        response_model: 'result.model || undefined',
      },
      methods: { create: {} },
    },
    {
      ...call,
      ...generate,
      at: ['Together.Chat.Completions.prototype', 'Together.Completions.prototype'],
      metadata: { ...asked, stream: 'args.0.stream', ...chatUsage('result') },
      chunk: chatUsage('chunk'),
      token: chatToken,
      methods: { create: {} },
    },
    { at: 'Together.prototype', methods: heard([embed, rerank, generate]) },
  ],
} satisfies Instrumentation

import type { Wire } from '../../agent/model.ts'
import { openaiClients } from '../shared/openai-clients.ts'
import { chatUsage } from '../shared/stainless.ts'

const model = 'args.0.body.model'
const chat = {
  target: 'llm',
  scope: 'generate',
  metadata: { model, stream: 'args.0.body.stream', ...chatUsage('result') },
}

export default {
  name: 'mistral',
  system: { provider: 'mistral_ai' },
  hosts: ['api.mistral.ai', 'codestral.mistral.ai'],
  libraries: {
    ...openaiClients,
    mistral: 'user-agent: mistral-client-typescript/',
    'ai-sdk-mistral': 'user-agent: ai-sdk/mistral',
  },
  calls: {
    'POST /v1/embeddings': {
      target: 'embedding_provider',
      scope: 'embed',
      inputs: 'args.0.body.input',
      metadata: {
        model,
        batch_size: 'texts(args.0.body.input)',
        dimensions: 'args.0.body.output_dimension ?? size(result.data.0.embedding)',
        input_tokens: 'result.usage.prompt_tokens',
        results: 'result.data.length',
        response_model: 'result.model',
      },
    },
    'POST /v1/chat/completions': chat,
    'POST /v1/fim/completions': chat,
    'POST /v1/agents/completions': { ...chat, metadata: { ...chat.metadata, model: 'result.model' } },
  },
} satisfies Wire

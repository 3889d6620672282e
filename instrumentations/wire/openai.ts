import type { Wire } from '../../agent/model.ts'
import { openaiClients } from '../shared/openai-clients.ts'
import { responseFailed, responseUsage } from '../shared/responses.ts'
import { scoresIn } from '../shared/scores.ts'
import { chatUsage } from '../shared/stainless.ts'

const asked = { model: 'args.0.params.model ?? args.0.body.model', provider: 'provider(args.0.url)' }
const stream = 'args.0.body.stream'
const llm = { target: 'llm', scope: 'generate', failed: 'result.error' }
const embed = {
  target: 'embedding_provider',
  scope: 'embed',
  inputs: 'args.0.body.input',
  metadata: {
    ...asked,
    batch_size: 'texts(args.0.body.input)',
    dimensions: 'size(result.data.0.embedding) ?? args.0.body.dimensions',
    input_tokens: 'result.usage.prompt_tokens ?? result.usage.total_tokens',
    results: 'result.data.length',
    response_model: 'result.model || undefined',
  },
}
const chat = { ...llm, metadata: { ...asked, stream, ...chatUsage('result') } }
const response = { ...llm, failed: responseFailed, metadata: { ...asked, stream, ...responseUsage('result') } }
const search = {
  target: 'vector_store',
  scope: 'search',
  metadata: {
    collection: 'args.0.params.store',
    top_k: 'args.0.body.max_num_results',
    query_len: 'chars(args.0.body.query)',
    results: 'result.data.length',
    ...scoresIn('result.data', 'score', 'similarity'),
  },
}

/** OpenAI, and all whose hosts speak its protocol; `provider` says who it is. */
export default {
  name: 'openai',
  system: { provider: 'openai', db: 'openai' },
  hosts: [
    'api.openai.com',
    ...['openai.azure.com', 'cognitiveservices.azure.com', 'services.ai.azure.com', 'models.github.ai'],
    ...['api.groq.com', 'api.together.xyz', 'api.together.ai', 'api.deepseek.com', 'api.fireworks.ai', 'api.x.ai'],
    ...['openrouter.ai', 'api.deepinfra.com', 'api.cerebras.ai', 'api.sambanova.ai', 'api.perplexity.ai'],
    ...[
      'api.moonshot.ai',
      'api.moonshot.cn',
      'integrate.api.nvidia.com',
      'api.studio.nebius.com',
      'api.siliconflow.com',
    ],
    ...['dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com', 'ai-gateway.vercel.sh', 'api.z.ai', 'api.novita.ai'],
  ],
  libraries: openaiClients,
  calls: {
    'POST /**/deployments/{model}/embeddings': embed,
    'POST /**/embeddings': embed,
    'POST /**/deployments/{model}/chat/completions': chat,
    'POST /**/chat/completions': chat,
    'POST /**/responses': response,
    'POST /**/completions': chat,
    'POST /**/vector_stores/{store}/search': search,
  },
} satisfies Wire

import type { Wire } from '../../agent/model.ts'
import { openaiClients } from '../shared/openai-clients.ts'
import { chatUsage } from '../shared/stainless.ts'

const model = 'args.0.params.model'
const embed = {
  target: 'embedding_provider',
  scope: 'embed',
  inputs: 'args.0.body.inputs',
  metadata: { model, batch_size: 'texts(args.0.body.inputs)', results: 'size(result)', dimensions: 'size(result.0)' },
}
const chat = {
  target: 'llm',
  scope: 'generate',
  metadata: { model: 'args.0.body.model', stream: 'args.0.body.stream', ...chatUsage('result') },
}

export default {
  name: 'huggingface',
  system: { provider: 'huggingface' },
  hosts: ['router.huggingface.co', 'api-inference.huggingface.co'],
  libraries: { ...openaiClients, huggingface: 'user-agent: @huggingface/inference' },
  calls: {
    'POST /**/models/{owner}/{model}/pipeline/feature-extraction': embed,
    'POST /pipeline/feature-extraction/{owner}/{model}': embed,
    'POST /**/chat/completions': chat,
  },
} satisfies Wire

import type { Call, Wire } from '../../agent/model.ts'
import { openaiClients } from '../shared/openai-clients.ts'
import { chatUsage } from '../shared/stainless.ts'

/** The path has it in two parts. */
const model = ({ args }: Pick<Call, 'args'>) => {
  const { owner, model } = (args[0] as { readonly params: Readonly<Record<string, string>> }).params
  return `${owner}/${model}`
}
const embed = {
  target: 'embedding_provider',
  scope: 'embed',
  inputs: 'args.0.body.inputs',
  metadata: {
    model,
    batch_size: 'texts(args.0.body.inputs)',
    // One text has one vector, in no list.
    results: 'result && (has(size(result.0)) && size(result) || 1)',
    dimensions: 'size(result.0) ?? size(result)',
  },
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

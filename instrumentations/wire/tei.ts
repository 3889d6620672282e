import type { Wire } from '../../agent/model.ts'
import { openaiClients } from '../shared/openai-clients.ts'
import { chatUsage } from '../shared/stainless.ts'

const embed = { target: 'embedding_provider', scope: 'embed' }

/** Text Embeddings Inference and vLLM, which are served by whoever runs them: `wire_hosts` says where. */
export default {
  name: 'tei',
  system: { provider: 'huggingface' },
  hosts: ['endpoints.huggingface.cloud'],
  libraries: { ...openaiClients, huggingface: 'user-agent: @huggingface/inference' },
  calls: {
    'POST /embed': {
      ...embed,
      inputs: 'args.0.body.inputs',
      metadata: { batch_size: 'texts(args.0.body.inputs)', results: 'size(result)', dimensions: 'size(result.0)' },
    },
    'POST /v1/embeddings': {
      ...embed,
      inputs: 'args.0.body.input',
      metadata: {
        model: 'args.0.body.model',
        batch_size: 'texts(args.0.body.input)',
        dimensions: 'size(result.data.0.embedding)',
        input_tokens: 'result.usage.prompt_tokens',
        results: 'result.data.length',
      },
    },
    'POST /rerank': {
      target: 'semantic_search',
      scope: 'rerank',
      metadata: {
        batch_size: 'size(args.0.body.texts ?? args.0.body.documents)',
        query_len: 'chars(args.0.body.query)',
        results: 'size(result) ?? size(result.results)',
      },
    },
    'POST /v1/chat/completions': {
      target: 'llm',
      scope: 'generate',
      metadata: { model: 'args.0.body.model', stream: 'args.0.body.stream', ...chatUsage('result') },
    },
  },
} satisfies Wire

import type { Wire } from '../../agent/model.ts'
import { openaiClients } from '../shared/openai-clients.ts'

const asked = { model: 'args.0.body.model', input_tokens: 'result.usage.prompt_tokens ?? result.usage.total_tokens' }

export default {
  name: 'jina',
  system: { provider: 'jina_ai' },
  hosts: ['api.jina.ai'],
  libraries: openaiClients,
  calls: {
    'POST /v1/embeddings': {
      target: 'embedding_provider',
      scope: 'embed',
      inputs: 'args.0.body.input',
      metadata: {
        ...asked,
        batch_size: 'texts(args.0.body.input)',
        dimensions: 'args.0.body.dimensions ?? size(result.data.0.embedding)',
        results: 'result.data.length',
      },
    },
    'POST /v1/rerank': {
      target: 'semantic_search',
      scope: 'rerank',
      metadata: {
        ...asked,
        batch_size: 'size(args.0.body.documents)',
        query_len: 'chars(args.0.body.query)',
        top_k: 'args.0.body.top_n',
        results: 'result.results.length',
      },
    },
  },
} satisfies Wire

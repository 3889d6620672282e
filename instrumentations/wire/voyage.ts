import type { Wire } from '../../agent/model.ts'

const asked = { model: 'args.0.body.model', input_tokens: 'result.usage.total_tokens', response_model: 'result.model' }
const embed = (batch_size: string, list = 'result.data', results = `${list}.length`) => ({
  target: 'embedding_provider',
  scope: 'embed',
  metadata: {
    ...asked,
    batch_size,
    dimensions: `args.0.body.output_dimension ?? size(${list}.0.embedding)`,
    results,
  },
})

export default {
  name: 'voyage',
  system: { provider: 'voyage_ai' },
  hosts: ['api.voyageai.com', 'ai.mongodb.com'],
  libraries: { voyage: 'x-fern-sdk-name: voyageai' },
  calls: {
    'POST /v1/embeddings': { ...embed('texts(args.0.body.input)'), inputs: 'args.0.body.input' },
    'POST /v1/contextualizedembeddings': embed(
      'total(args.0.body.inputs)',
      'result.data.0.data',
      'sum(result.data.*.data.length)',
    ),
    'POST /v1/multimodalembeddings': embed('size(args.0.body.inputs)'),
    'POST /v1/rerank': {
      target: 'semantic_search',
      scope: 'rerank',
      metadata: {
        ...asked,
        batch_size: 'size(args.0.body.documents)',
        query_len: 'chars(args.0.body.query)',
        top_k: 'args.0.body.top_k',
        results: 'result.data.length',
      },
    },
  },
} satisfies Wire

import type { Wire } from '../../agent/model.ts'

const model = 'args.0.body.model'
const types = ['', '.float', '.int8', '.uint8', '.binary', '.ubinary', '.base64']
const units = 'result.meta.billed_units'
const usage = (at: string) => ({
  input_tokens: `${at}.tokens.input_tokens ?? ${at}.billed_units.input_tokens`,
  output_tokens: `${at}.tokens.output_tokens ?? ${at}.billed_units.output_tokens`,
})
const embed = {
  target: 'embedding_provider',
  scope: 'embed',
  inputs: 'args.0.body.texts',
  metadata: {
    model,
    batch_size: 'size(args.0.body.texts ?? args.0.body.inputs ?? args.0.body.images)',
    dimensions: `args.0.body.output_dimension ?? ${types
      .slice(0, 4)
      .map((type) => `size(result.embeddings${type}.0)`)
      .join(' ?? ')}`,
    results: types.map((type) => `size(result.embeddings${type})`).join(' ?? '),
    input_tokens: `${units}.input_tokens ?? ${units}.image_tokens`,
  },
}
const rerank = {
  target: 'semantic_search',
  scope: 'rerank',
  metadata: {
    model,
    batch_size: 'size(args.0.body.documents)',
    query_len: 'chars(args.0.body.query)',
    top_k: 'args.0.body.top_n',
    results: 'size(result.results)',
    billed_units: `${units}.search_units`,
  },
}
const chat = (at: string) => ({
  target: 'llm',
  scope: 'generate',
  metadata: { model, stream: 'args.0.body.stream', ...usage(at), finish_reason: 'result.finish_reason' },
})

export default {
  name: 'cohere',
  system: { provider: 'cohere' },
  hosts: ['api.cohere.com', 'api.cohere.ai'],
  libraries: { cohere: 'x-fern-sdk-name: cohere-ai', 'ai-sdk-cohere': 'user-agent: ai-sdk/cohere' },
  calls: {
    'POST /v2/embed': embed,
    'POST /v1/embed': embed,
    'POST /v2/rerank': rerank,
    'POST /v1/rerank': rerank,
    'POST /v2/chat': chat('result.usage'),
    'POST /v1/chat': chat('result.meta'),
  },
} satisfies Wire

import type { Instrumentation } from '../agent/model.ts'

/** `withRawResponse()` gives the same one level deeper. */
const reply = (path: string) => `(result.data ?? result).${path}`
/** What the service bills is all that some calls tell. */
const usage = (at: string, of = (path: string) => path) => ({
  input_tokens: `${of(`${at}.tokens.inputTokens`)} ?? ${of(`${at}.billedUnits.inputTokens`)}`,
  output_tokens: `${of(`${at}.tokens.outputTokens`)} ?? ${of(`${at}.billedUnits.outputTokens`)}`,
  cached_tokens: of(`${at}.cachedTokens`),
})
/** One list of vectors, or one for each type that was asked for. */
const vectors = ['', '.float', '.int8', '.uint8', '.binary', '.ubinary', '.base64']
  .map((type) => `size(${reply(`embeddings${type}`)})`)
  .join(' ?? ')

const llm = { scope: 'generate', target: 'llm' }
const streamed = { ...llm, metadata: { stream: true } }
const methods = {
  embed: {
    scope: 'embed',
    inputs: 'args.0.texts ?? contents(args.0.inputs)',
    metadata: {
      batch_size: 'size(args.0.texts ?? args.0.inputs ?? args.0.images)',
      dimensions: 'args.0.outputDimension',
      input_tokens: usage('meta', reply).input_tokens,
      results: vectors,
    },
  },
  rerank: {
    scope: 'rerank',
    target: 'semantic_search',
    metadata: {
      batch_size: 'args.0.documents.length',
      query_len: 'args.0.query.length',
      top_k: 'args.0.topN',
      results: reply('results.length'),
      billed_units: reply('meta.billedUnits.searchUnits'),
    },
  },
}
const client = {
  // The client's promise reads its body before it is asked, in these. What it keeps of that it gives through them alone.
  ends: { kind: 'thenable', methods: ['unwrap', 'withRawResponse'] } as const,
  metadata: { model: 'args.0.model', provider: 'provider(this._options.baseUrl ?? this._options.environment)' },
}

/** Internal files, because CohereClientV2 binds these methods when it is made, and those for AWS inherit them. */
export default {
  name: 'cohere',
  module: 'cohere-ai',
  versions: '>=7.20 <9',
  target: 'embedding_provider',
  system: { provider: 'cohere' },
  observe: 'chain',
  classes: [
    {
      ...client,
      at: 'V2Client.prototype',
      file: 'api/resources/v2/client/Client',
      methods: {
        ...methods,
        chat: { ...llm, metadata: usage('usage', reply) },
        chatStream: { ...streamed, chunk: usage('chunk.delta.usage') },
      },
    },
    {
      ...client,
      at: 'CohereClient.prototype',
      file: 'Client',
      methods: {
        ...methods,
        chat: { ...llm, metadata: usage('meta', reply) },
        chatStream: { ...streamed, chunk: usage('chunk.response.meta') },
        generate: { ...llm, metadata: usage('meta', reply) },
        generateStream: { ...streamed, chunk: {} },
      },
    },
  ],
} satisfies Instrumentation

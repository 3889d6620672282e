import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { textsIn } from './shared/texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

/** `withRawResponse()` gives the same one level deeper. */
const body = ({ result }: Call): Any => ((result as Any)?.rawResponse ? (result as Any).data : result)

/** What the service bills is all that some calls tell. */
const usage = (of: (call: Call) => Any): Readonly<Record<string, Read>> => ({
  input_tokens: (call) => of(call)?.tokens?.inputTokens ?? of(call)?.billedUnits?.inputTokens,
  output_tokens: (call) => of(call)?.tokens?.outputTokens ?? of(call)?.billedUnits?.outputTokens,
  cached_tokens: (call) => of(call)?.cachedTokens,
})
const meta = (call: Call) => body(call)?.meta

const embed = {
  scope: 'embed',
  inputs: ({ args: [request] }: { args: Any }) => request?.texts ?? textsIn(request?.inputs),
  metadata: {
    model: 'args.0.model',
    batch_size: ({ args: [request] }: { args: Any }) => (request?.texts ?? request?.inputs ?? request?.images)?.length,
    dimensions: 'args.0.outputDimension',
    input_tokens: (call: Call) => meta(call)?.tokens?.inputTokens ?? meta(call)?.billedUnits?.inputTokens,
    // One list of vectors, or one for each type that was asked for.
    results: (call: Call) => {
      const { embeddings } = body(call) ?? {}
      return (Array.isArray(embeddings) ? embeddings : (Object.values(embeddings ?? {}).find(Array.isArray) as Any))
        ?.length
    },
  },
}
const rerank = {
  scope: 'rerank',
  target: 'semantic_search',
  metadata: {
    model: 'args.0.model',
    batch_size: 'args.0.documents.length',
    query_len: 'args.0.query.length',
    top_k: 'args.0.topN',
    results: (call: Call) => body(call)?.results?.length,
    billed_units: (call: Call) => meta(call)?.billedUnits?.searchUnits,
  },
}
const generate = { scope: 'generate', target: 'llm' }
const model = 'args.0.model'
const streamed = { model, stream: () => true }
const files = { v1: 'Client', v2: 'api/resources/v2/client/Client' }
// The client's promise reads its body before it is asked, in these. What it keeps of that it gives through them alone.
const ends = { kind: 'thenable', methods: ['unwrap', 'withRawResponse'] } as const

/** Internal files, because CohereClientV2 binds these methods when it is made, and those for AWS inherit them. */
export default {
  name: 'cohere',
  module: 'cohere-ai',
  versions: '>=7.20 <9',
  target: 'embedding_provider',
  system: { provider: 'cohere' },
  observe: 'chain',
  methods: [
    { file: files.v2, at: 'V2Client.prototype.embed', ...embed, ends },
    { file: files.v2, at: 'V2Client.prototype.rerank', ...rerank, ends },
    {
      file: files.v2,
      at: 'V2Client.prototype.chat',
      ...generate,
      ends,
      metadata: { model, ...usage((call) => body(call)?.usage) },
    },
    {
      file: files.v2,
      at: 'V2Client.prototype.chatStream',
      ...generate,
      ends,
      metadata: streamed,
      chunk: usage(({ chunk }) => (chunk as Any)?.delta?.usage),
    },
    { file: files.v1, at: 'CohereClient.prototype.embed', ...embed, ends },
    { file: files.v1, at: 'CohereClient.prototype.rerank', ...rerank, ends },
    { file: files.v1, at: 'CohereClient.prototype.chat', ...generate, ends, metadata: { model, ...usage(meta) } },
    {
      file: files.v1,
      at: 'CohereClient.prototype.chatStream',
      ...generate,
      ends,
      metadata: streamed,
      chunk: usage(({ chunk }) => (chunk as Any)?.response?.meta),
    },
    {
      file: files.v1,
      at: 'CohereClient.prototype.generate',
      ...generate,
      ends,
      metadata: { model, ...usage(meta) },
    },
    {
      file: files.v1,
      at: 'CohereClient.prototype.generateStream',
      ...generate,
      ends,
      metadata: streamed,
      chunk: {},
    },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'
import { finish, read, reply, usage, vectors } from './shared/cohere.ts'
import { client } from './shared/fern.ts'
import { reranked } from './shared/order.ts'

const llm = { scope: 'llm.generate' }
const streamed = { ...llm, metadata: { stream: true } }
const answer = (at: string) => {
  const { metadata, failed } = finish('finishReason', reply)
  return { ...llm, metadata: { ...usage(at, reply), ...metadata }, failed }
}
const methods = {
  embed: {
    scope: 'embed',
    inputs: 'args.0.texts ?? contents(args.0.inputs)',
    metadata: {
      batch_size: 'size(args.0.texts ?? args.0.inputs ?? args.0.images)',
      ...vectors,
      dimensions: `args.0.outputDimension ?? ${vectors.dimensions}`,
      input_tokens: read,
    },
  },
  rerank: {
    scope: 'semantic_search.rerank',
    metadata: {
      ...reranked({ top_k: 'args.0.topN', results: reply('results.length'), places: reply('results.*.index') }),
      billed_units: reply('meta.billedUnits.searchUnits'),
    },
  },
}
const ended = finish('chunk.finishReason')
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
        chat: answer('usage'),
        chatStream: {
          ...streamed,
          chunk: { ...usage('chunk.delta.usage'), ...finish('chunk.delta.finishReason').metadata },
          token: 'is(chunk.delta.message.content.text || chunk.delta.message.toolCalls)',
          failed: finish('chunk.delta.finishReason').failed,
        },
      },
    },
    {
      ...client,
      at: 'CohereClient.prototype',
      file: 'Client',
      methods: {
        ...methods,
        chat: answer('meta'),
        chatStream: {
          ...streamed,
          chunk: { ...usage('chunk.response.meta'), ...ended.metadata },
          token: 'is(chunk.text || chunk.toolCalls || chunk.toolCallDelta)',
          failed: ended.failed,
        },
        generate: { ...llm, metadata: usage('meta', reply) },
        generateStream: {
          ...streamed,
          chunk: ended.metadata,
          token: 'is(chunk.text)',
          failed: `chunk.eventType == 'stream-error' || ${ended.failed}`,
        },
      },
    },
  ],
} satisfies Instrumentation

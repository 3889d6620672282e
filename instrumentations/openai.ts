import type { Instrumentation } from '../agent/model.ts'
import { batches, files, found } from './shared/openai-stores.ts'
import { managesIn } from './shared/operations.ts'
import { responseFailed, responseToken, responseUsage } from './shared/responses.ts'
import { chatToken, chatUsage, compatibleOrAzure, createRequests, embedded, inputTokens } from './shared/stainless.ts'

const { call, attempts, heard, listed } = createRequests()
const asked = { model: 'args.0.model', provider: compatibleOrAzure, attempts }
const stream = 'args.0.stream'
/** A deployment of Azure's is the model, whatever a call says. Responses have none in their path. */
const model = 'this._client.deploymentName || args.0.model'
const dimensions = `${embedded.dimensions} ?? args.0.dimensions`
const embeddings = { ...asked, model, ...embedded, ...inputTokens, dimensions }
const answer = { ...call, scope: 'llm.generate', metadata: { ...asked, ...responseUsage('result') } }
/** One in the background is over once it is taken on, with no tokens: they are told to whom `retrieve`s it, which is not recorded. */
const response = {
  ...answer,
  metadata: { ...asked, stream, ...responseUsage('result') },
  chunk: responseUsage('chunk.response'),
  token: responseToken,
  failed: responseFailed,
}
const chat = {
  ...call,
  scope: 'llm.generate',
  metadata: { ...asked, model, stream, ...chatUsage('result') },
  chunk: chatUsage('chunk'),
  token: chatToken,
  // Gateways answer 200 where the model behind them failed.
  failed: 'result.error || result.choices.0.error',
}
const decided = { ...answer.metadata, batch_size: 'args.0.questions.length' }
// The page that it gives can be iterated, but is whole. Since 7 a page's `withResponse` leads past the other methods.
const asks = { ...call.ends, methods: [...call.ends.methods, 'withResponse'] }
const pages = { ...call, ends: [asks, { kind: 'return' }] as const }
const stores = {
  ...{ ...call, at: 'OpenAI.VectorStores.prototype', versions: '>=4.87', target: 'vector_store' },
  metadata: { attempts, collection: 'result.id ?? args.0' },
}
const scopes = ['embed', 'llm.generate', 'vector_store.search', 'vector_store.manage']
const client = { methods: { ...heard(scopes), ...listed(scopes) } }

export default {
  name: 'openai',
  module: 'openai',
  versions: '>=4 <8',
  target: 'embedding_provider',
  system: { provider: 'openai', db: 'openai' },
  // `parse`, `stream`, `runTools` and the like all call `create`.
  classes: [
    {
      ...call,
      at: 'OpenAI.Embeddings.prototype',
      inputs: 'args.0.input',
      metadata: embeddings,
      methods: { create: 'embed' },
    },
    { at: 'OpenAI.Chat.Completions.prototype', methods: { create: chat } },
    { at: 'OpenAI.Responses.prototype', versions: '>=4.87', methods: { create: response } },
    { at: 'OpenAI.Responses.prototype', versions: '>=6.10', methods: { compact: answer } },
    { at: 'OpenAI.Beta.Responses.prototype', versions: '>=6.49', methods: { create: response, compact: answer } },
    { at: 'OpenAI.Completions.prototype', metadata: { batch_size: 'texts(args.0.prompt)' }, methods: { create: chat } },
    { at: 'OpenAI.Decisions.prototype', versions: '>=7.30', methods: { create: { ...answer, metadata: decided } } },
    {
      ...pages,
      at: 'OpenAI.VectorStores.prototype',
      versions: '>=4.87',
      metadata: { ...found, attempts },
      methods: { search: 'vector_store.search' },
    },
    { ...stores, manages: managesIn('vector_stores_', 'create retrieve update') },
    { ...stores, ...pages, manages: { list: 'vector_stores_list' } },
    { ...stores, versions: '>=4.87 <5', manages: { del: 'vector_stores_delete' } },
    { ...stores, versions: '>=5', manages: { delete: 'vector_stores_delete' } },
    { at: 'OpenAI.VectorStores.Files.prototype', versions: '>=4.87', methods: files },
    { at: 'OpenAI.VectorStores.FileBatches.prototype', versions: '>=4.87', methods: batches },
    { ...client, at: 'OpenAI.prototype^', versions: '<5' },
    { ...client, at: 'OpenAI.prototype', versions: '>=5' },
  ],
} satisfies Instrumentation

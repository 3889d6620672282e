import type { Instrumentation } from '../agent/model.ts'
import { scoresAt } from './shared/scores.ts'

/** In an update of an index of documents, chunks are written, listed and deleted for a call that is recorded itself. */
const when = 'is(this._chunkingConfig && this._update) == false'
const served = "provider(this.options.ossEndpoint ?? this.options.endpoint ?? 'https://api.openai.com')"
const results = 'result.length'
/** What is found by words as well stands after what is near, and has scores of another kind. */
const byVector = 'is(args.4) == false && result'
const scores = scoresAt(`${byVector}.0.score`, `${byVector}.-1.score`, 'similarity')
const one = (scope: string) => ({ scope, metadata: { batch_size: 1 } })
const write = { scope: 'upsert', when, metadata: { batch_size: 1, dimensions: 'args.0.vector.length' } }
const embeds = {
  scope: 'embedding_provider.embed',
  inputs: 'args.0',
  // Nothing is thrown but what the network throws: `rate_limited`, `error`.
  failed: "is(result.status == 'success') == false && result.status",
  metadata: { batch_size: 'texts(args.0)', dimensions: 'result.output.0.length', results: 'result.output.length' },
  methods: { createEmbeddings: {} },
}

export default {
  name: 'vectra',
  module: 'vectra',
  versions: '>=0.12 <1',
  target: 'vector_store',
  system: { db: 'vectra', provider: 'vectra', local: true },
  observe: 'chain',
  classes: [
    {
      at: 'LocalIndex.prototype',
      methods: {
        queryItems: {
          scope: 'search',
          metadata: { top_k: 'args.2', filtered: 'is(args.3)', results, dimensions: 'args.0.length', ...scores },
        },
        'insertItem upsertItem': write,
        batchInsertItems: {
          scope: 'upsert',
          when,
          metadata: { batch_size: 'args.0.length', dimensions: 'args.0.0.vector.length', results },
        },
        deleteItem: { ...one('delete'), when },
        'deleteItems?': { scope: 'delete', when, metadata: { batch_size: 'args.0.size ?? args.0.length' } },
        getItem: { ...one('fetch'), when },
        listItems: { scope: 'fetch', when, metadata: { results } },
        listItemsByMetadata: { scope: 'fetch', when, metadata: { filtered: true, results } },
      },
      manages: 'createIndex deleteIndex getIndexStats',
    },
    {
      at: 'LocalDocumentIndex.prototype',
      methods: {
        // Its embeddings and its search are within.
        queryDocuments: {
          scope: 'semantic_search.retrieve',
          metadata: {
            query_len: 'args.0.length',
            top_k: 'args.1.maxDocuments',
            candidates: 'args.1.maxChunks',
            filtered: 'is(args.1.filter)',
            results,
          },
        },
        upsertDocument: one('upsert'),
        deleteDocument: one('delete'),
        listDocuments: { scope: 'fetch', metadata: { results } },
      },
    },
    {
      ...embeds,
      at: 'OpenAIEmbeddings.prototype',
      metadata: {
        ...embeds.metadata,
        model: 'this.options.model ?? this.options.ossModel ?? this.options.azureDeployment',
        provider: `this.options.azureEndpoint && 'azure.ai.openai' || ${served} ?? 'openai_compatible'`,
      },
    },
    {
      ...embeds,
      at: ['LocalEmbeddings.prototype', 'TransformersEmbeddings.prototype'],
      versions: '>=0.15',
      metadata: { ...embeds.metadata, model: 'this._modelName ?? this._options.model' },
    },
  ],
} satisfies Instrumentation

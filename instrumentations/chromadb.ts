import type { Instrumentation } from '../agent/model.ts'
import { filtered, topK } from './shared/chromadb.ts'

const texts = 'many(args.0.queryTexts ?? args.0.queryURIs)'
/** One vector may stand alone where a list of them is meant. */
const vectors = 'many(args.0.queryEmbeddings) && texts(args.0.queryEmbeddings)'
const results = 'total(result.ids) ?? 0'
const batch_size = 'many(args.0.ids)'
const upsert = { scope: 'upsert', metadata: { batch_size } }
const page = { top_k: 'args.0.limit', results: 'result.ids.length' }
const methods = {
  query: {
    scope: 'search',
    metadata: {
      top_k: 'args.0.nResults',
      batch_size: `${texts} ?? ${vectors}`,
      filtered: 'has(args.0.where) || has(args.0.whereDocument)',
      results,
    },
  },
  add: upsert,
  upsert,
  update: upsert,
  get: { scope: 'fetch', metadata: { batch_size, ...page } },
  peek: { scope: 'fetch', metadata: page },
  count: { scope: 'fetch' },
  delete: { scope: 'delete', metadata: { batch_size } },
}

export default {
  name: 'chromadb',
  module: 'chromadb',
  versions: '>=1.10 <4',
  target: 'vector_store',
  system: { db: 'chroma' },
  classes: [
    // Up to version 2 the class is exported; since 3 only one that extends it is.
    { at: 'Collection.prototype', versions: '<3', metadata: { collection: 'this.name()' }, methods },
    {
      at: 'CollectionHandle.prototype^',
      versions: '>=3',
      metadata: { collection: 'this.name() || undefined' }, // A handle made of an id alone has no name.
      methods: {
        ...methods,
        search: { scope: 'search', metadata: { top_k: topK, batch_size: 'size(args.0) ?? 1', filtered, results } },
      },
    },
    {
      // What the application's own function does for a query or for records without vectors.
      at: 'CollectionHandle.prototype^',
      versions: '>=3',
      scope: 'embed',
      target: 'embedding_provider',
      inputs: 'args.0',
      metadata: {
        provider: 'this.embeddingFunction().name',
        batch_size: 'args.0.length',
        dimensions: 'result.0.length',
      },
      methods: { embed: {} },
    },
  ],
} satisfies Instrumentation

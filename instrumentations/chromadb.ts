import type { Instrumentation } from '../agent/model.ts'
import { candidates, dimensions, filtered, namespaceOf, ranks, topK } from './shared/chromadb.ts'
import { scoresAt } from './shared/scores.ts'

const texts = 'many(args.0.queryTexts ?? args.0.queryURIs)'
/** One vector may stand alone where a list of them is meant. */
const vectors = 'many(args.0.queryEmbeddings) && texts(args.0.queryEmbeddings)'
const results = 'total(result.ids)'
const restricted = 'is(args.0.where || args.0.whereDocument)'
/** Results and their numbers stand in a list for each query; those of several have no common order. */
const scores = (of: string, kind?: 'distance') => {
  const one = `size(${of}) == 1 && ${of}`
  return scoresAt(`${one}.0.0`, `${one}.0.-1`, kind)
}
const of = (collection: string) => ({ collection, namespace: namespaceOf })
const batch_size = 'many(args.0.ids)'
const page = { top_k: 'args.0.limit', results: 'result.ids.length' }
const search = { top_k: topK, batch_size: 'size(args.0) ?? 1', filtered, results }
const methods = {
  query: {
    scope: 'search',
    metadata: {
      top_k: 'args.0.nResults',
      batch_size: `${texts} ?? ${vectors}`,
      filtered: 'is(args.0.where || args.0.whereDocument || args.0.ids)',
      dimensions: 'dimensions(args.0.queryEmbeddings)',
      results,
      ...scores('result.distances', 'distance'),
    },
  },
  'add upsert update': { scope: 'upsert', metadata: { batch_size, dimensions: 'dimensions(args.0.embeddings)' } },
  get: { scope: 'fetch', metadata: { batch_size, filtered: restricted, ...page } },
  peek: { scope: 'fetch', metadata: page },
  count: 'fetch',
  // The client says 0 where the server tells no number.
  delete: { scope: 'delete', metadata: { batch_size, results: 'result.deleted || undefined' } },
}

export default {
  name: 'chromadb',
  module: 'chromadb',
  versions: '>=1.10 <4',
  target: 'vector_store',
  system: { db: 'chroma' },
  classes: [
    // Up to version 2 the class is exported; since 3 only one that extends it is.
    { at: 'Collection.prototype', versions: '<3', metadata: of('this.name()'), methods, manages: 'modify' },
    {
      at: 'CollectionHandle.prototype^',
      versions: '>=3',
      // A handle made of an id alone has no name.
      metadata: of('this.name() || undefined'),
      methods: {
        ...methods,
        search: [
          { scope: 'search', when: ranks, metadata: { ...search, dimensions, candidates, ...scores('result.scores') } },
          { scope: 'fetch', metadata: search },
        ],
      },
      manages: 'modify fork? getIndexingStatus?',
    },
    {
      at: 'ChromaClient.prototype',
      metadata: of('args.0.name'),
      manages: `createCollection getOrCreateCollection getCollection deleteCollection listCollections countCollections
        listCollectionsAndMetadata? getCollections? getCollectionById? getCollectionByCrn?`,
    },
    {
      // What the application's own functions do for a query or for records without vectors.
      at: 'CollectionHandle.prototype^',
      versions: '>=3',
      scope: 'embedding_provider.embed',
      methods: {
        embed: {
          inputs: 'args.0',
          metadata: {
            provider: 'this.embeddingFunction().name',
            batch_size: 'args.0.length',
            dimensions: 'result.0.length',
          },
        },
        'sparseEmbed?': { inputs: 'args.1', metadata: { provider: 'args.0.name', batch_size: 'args.1.length' } },
      },
    },
  ],
} satisfies Instrumentation

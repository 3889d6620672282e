import type { Instrumentation } from '../agent/model.ts'

const query = 'this._query._queryOptions'
const vector = 'this._options.queryVector'

export default {
  name: 'firestore',
  module: '@google-cloud/firestore',
  versions: '>=7.6 <10',
  target: 'vector_store',
  system: { db: 'gcp.firestore' },
  classes: [
    {
      // What `findNearest` of a query or a collection gives; nothing else in it is known to be of vectors.
      at: 'VectorQuery.prototype',
      file: 'build/src/reference/vector-query',
      scope: 'search',
      metadata: {
        collection: `${query}.collectionId`,
        top_k: 'this._options.limit',
        filtered: `is(size(${query}.filters))`,
        dimensions: `dimensions(${vector}._values ?? ${vector})`,
      },
      methods: {
        get: { metadata: { results: 'result._size' } },
        // Without `analyze` it finds nothing.
        explain: { metadata: { results: 'result.snapshot._size' } },
      },
    },
  ],
} satisfies Instrumentation

import type { Instrumentation } from '../agent/model.ts'

const results = 'result.data.vectors.length'

export default {
  name: 'supabase-storage',
  // What `@supabase/supabase-js` has as `storage`.
  module: '@supabase/storage-js',
  versions: '>=2.109 <3',
  target: 'vector_store',
  system: { db: 'supabase.storage' },
  classes: [
    {
      // What the scopes of buckets and indexes inherit from; the way there makes such a scope, which asks for nothing.
      from: ({ StorageVectorsClient }) =>
        Object.getPrototypeOf(
          Object.getPrototypeOf(new StorageVectorsClient('http://127.0.0.1').from('bucket').index('index')),
        ),
      metadata: { collection: 'args.0.indexName' },
      failed: 'result.error',
      methods: {
        queryVectors: { scope: 'search', metadata: { top_k: 'args.0.topK', filtered: 'has(args.0.filter)', results } },
        putVectors: { scope: 'upsert', metadata: { batch_size: 'args.0.vectors.length' } },
        getVectors: { scope: 'fetch', metadata: { batch_size: 'args.0.keys.length', results } },
        listVectors: { scope: 'fetch', metadata: { top_k: 'args.0.maxResults', results } },
        deleteVectors: { scope: 'delete', metadata: { batch_size: 'args.0.keys.length' } },
      },
    },
    {
      // What a bucket inherits from.
      from: ({ StorageVectorsClient }) =>
        Object.getPrototypeOf(Object.getPrototypeOf(new StorageVectorsClient('http://127.0.0.1').from('bucket'))),
      metadata: { collection: 'args.0.indexName ?? args.1', namespace: 'args.0.vectorBucketName ?? args.0' },
      failed: 'result.error',
      manages: 'createIndex getIndex listIndexes deleteIndex',
    },
  ],
} satisfies Instrumentation

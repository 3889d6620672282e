import { library } from '../support/library.ts'
import { managed } from '../support/managed.ts'
import { supabaseStorageServer } from '../support/supabase-storage-server.ts'

const query = `{ queryVector: { float32: [1, 2] }, topK: 3 }`
const collection = 'docs'

library({
  name: 'supabase-storage',
  module: '@supabase/supabase-js',
  packages: ['current', 'previous'],
  server: supabaseStorageServer,
  imports: [['{ createClient }', '@supabase/supabase-js']],
  // Node 20 has no WebSocket, without which there is no client.
  setUp: ({ url }) => `
    const supabase = createClient('${url}', 'private-key', {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: class {} },
    })
    const bucket = supabase.storage.vectors.from('bucket')
    const docs = bucket.index('docs')`,
  shapes: [
    'docs',
    'Object.getPrototypeOf(docs)',
    'Object.getPrototypeOf(Object.getPrototypeOf(docs))',
    `(globalThis.kept = docs.queryVectors(${query}))`,
    'await globalThis.kept',
  ],
  fails: `bucket.index('missing').throwOnError().queryVectors(${query})`,
  many: `docs.queryVectors({ queryVector: { float32: [i] }, topK: 1 + (i % 3) })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await bucket.createIndex({ indexName: 'docs', dataType: 'float32', dimension: 2, distanceMetric: 'cosine' }).then(({ error }) => error))
        print(await bucket.getIndex('docs').then(({ error }) => error))
        print(await bucket.listIndexes().then(({ error }) => error))
        print(await bucket.deleteIndex('docs').then(({ error }) => error))`,
      records: [
        managed('create_index', { collection: 'docs', namespace: 'bucket' }),
        managed('get_index', { collection: 'docs', namespace: 'bucket' }),
        managed('list_indexes', { namespace: 'bucket' }),
        managed('delete_index', { collection: 'docs', namespace: 'bucket' }),
      ],
    },
    {
      it: 'records a query of vectors',
      body: `
        print(await docs.queryVectors(${query}))
        print(await docs.queryVectors({ ...${query}, filter: { a: 'private' } }))`,
      records: [
        { scope: 'vector_store.search', collection, top_k: 3, filtered: false, results: 3 },
        { scope: 'vector_store.search', collection, top_k: 3, filtered: true, results: 3 },
      ],
    },
    {
      it: 'records what writes, reads and deletes vectors',
      body: `
        print(await docs.putVectors({ vectors: [{ key: 'private', data: { float32: [1, 2] }, metadata: { a: 'private' } }] }))
        print(await docs.getVectors({ keys: ['private-1', 'private-2'] }))
        print(await docs.listVectors({ maxResults: 4 }))
        print(await docs.deleteVectors({ keys: ['private-1', 'private-2'] }))`,
      records: [
        { scope: 'vector_store.upsert', collection, batch_size: 1 },
        { scope: 'vector_store.fetch', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.fetch', collection, top_k: 4, results: 4 },
        { scope: 'vector_store.delete', collection, batch_size: 2 },
      ],
    },
    {
      it: 'records an answer that is an error as a failure',
      body: `print(await bucket.index('missing').queryVectors(${query}).then(({ data, error }) => [data, error.status]))`,
      records: [
        {
          ...{ scope: 'vector_store.search', collection: 'missing', top_k: 3, filtered: false },
          ...{ error: 'StorageApiError', status: 404 },
        },
      ],
    },
  ],
})

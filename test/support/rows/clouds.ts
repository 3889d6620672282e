import { astraServer } from '../astra-server.ts'
import { s3vectorsServer } from '../aws-server.ts'
import { supabaseServer } from '../supabase-server.ts'
import { supabaseStorageServer } from '../supabase-storage-server.ts'
import { type Family, type Row, status, sum, widthOf } from './row.ts'

const vectorRows = `[{ key: 'a', data: { float32: [1, 2] } }, { key: 'b', data: { float32: [3, 4] } }]`
/** S3's vectors and Supabase's, whose words are the same. */
const vectorsOf = (call: (name: string, what: string) => string): readonly Row[] => [
  [
    'vector_store.search',
    call('QueryVectors', '{ topK: 3, queryVector: { float32: [1, 2] } }'),
    ({ sent, answered }) => ({ top_k: sent.topK, results: answered.vectors.length }),
  ],
  [
    'vector_store.upsert',
    call('PutVectors', `{ vectors: ${vectorRows} }`),
    ({ sent }) => ({ batch_size: sent.vectors.length }),
  ],
  [
    'vector_store.fetch',
    call('GetVectors', `{ keys: ['a', 'b'] }`),
    ({ sent, answered }) => ({ batch_size: sent.keys.length, results: answered.vectors.length }),
  ],
  [
    'vector_store.delete',
    call('DeleteVectors', `{ keys: ['a', 'b'] }`),
    ({ sent }) => ({ batch_size: sent.keys.length }),
  ],
]
const lower = (name: string) => name[0]?.toLowerCase() + name.slice(1)

/** Databases of a cloud, by HTTP. */
export const clouds: Family = {
  astra: {
    server: astraServer,
    imports: [['{ DataAPIClient }', '@datastax/astra-db-ts']],
    setUp: `
      const db = new DataAPIClient('k', { httpOptions: { client: 'fetch' } }).db(url, { keyspace: 'default_keyspace' })
      const docs = db.collection('docs')
      const near = [{}, { sort: { $vector: [1, 2] }, limit: 3 }]`,
    rows: [
      [
        'vector_store.manage',
        `db.createCollection('books', { checkExists: false })`,
        ({ sent }) => ({ collection: sent.createCollection.name }),
      ],
      [
        'vector_store.search',
        'docs.find(...near).toArray()',
        ({ sent, answered }) => ({
          top_k: sent.find.options.limit,
          dimensions: widthOf(sent.find.sort.$vector.$binary ?? sent.find.sort.$vector),
          results: answered.data.documents.length,
        }),
      ],
      [
        'vector_store.upsert',
        `docs.insertMany([{ $vector: [1, 2] }, { $vector: [3, 4] }])`,
        ({ sent }) => ({ batch_size: sent.insertMany.documents.length }),
      ],
      [
        'vector_store.fetch',
        'docs.find({}).toArray()',
        (_, all) => ({ results: sum(all.map(({ answered }) => answered.data.documents)) }),
      ],
      [
        'vector_store.delete',
        `docs.deleteMany({ a: 'private' })`,
        ({ answered }) => ({ results: answered.status.deletedCount }),
      ],
      [
        'vector_store.search',
        `db.collection('refused').find(...near).toArray()`,
        ({ answered }) => ({ status: answered.errors[0].errorCode }),
      ],
    ],
  },
  s3vectors: {
    server: s3vectorsServer,
    imports: [['* as s3vectors', '@aws-sdk/client-s3vectors']],
    setUp: `
      const credentials = { accessKeyId: 'private', secretAccessKey: 'private' }
      const client = new s3vectors.S3VectorsClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 })
      const send = (name, what, indexName = 'docs') => client.send(new s3vectors[name + 'Command']({ vectorBucketName: 'books', indexName, ...what }))`,
    rows: [
      ['vector_store.manage', `send('GetIndex', {})`, ({ sent }) => ({ collection: sent.indexName })],
      ...vectorsOf((name, what) => `send('${name}', ${what})`),
      ['vector_store.search', `send('QueryVectors', { topK: 3, queryVector: { float32: [1, 2] } }, 'fail')`, status],
    ],
    end: 'client.destroy()',
  },
  'supabase-storage': {
    server: supabaseStorageServer,
    imports: [['{ createClient as storageOf }', '@supabase/supabase-js']],
    setUp: `
      const options = { auth: { persistSession: false, autoRefreshToken: false }, realtime: { transport: class {} } }
      const bucket = storageOf(url, 'k', options).storage.vectors.from('bucket')
      const docs = bucket.index('docs')`,
    rows: [
      ['vector_store.manage', `bucket.getIndex('docs')`, ({ sent }) => ({ collection: sent.indexName })],
      ...vectorsOf((name, what) => `docs.${lower(name)}(${what})`),
      [
        'vector_store.search',
        `bucket.index('missing').queryVectors({ topK: 3, queryVector: { float32: [1, 2] } })`,
        (last) => ({ status: last.status, error: 'StorageApiError' }),
      ],
    ],
  },
  supabase: {
    server: supabaseServer,
    imports: [['{ createClient as supabaseOf }', '@supabase/supabase-js']],
    setUp: `
      const options = { auth: { persistSession: false, autoRefreshToken: false }, realtime: { transport: class {} } }
      const client = supabaseOf(url, 'k', options)
      const near = { query_embedding: [0.1, 0.2], match_count: 3 }
      const settled = async (builder) => await builder`,
    rows: [
      [
        'vector_store.search',
        `settled(client.rpc('match_documents', near))`,
        ({ sent, answered }) => ({ top_k: sent.match_count, results: answered.length }),
      ],
      [
        'vector_store.upsert',
        `settled(client.from('docs').insert([{ embedding: [1, 2] }, { embedding: [3, 4] }]).select())`,
        ({ sent, answered }) => ({ batch_size: sent.length, results: answered.length }),
      ],
      [
        'database.query',
        `settled(client.from('docs').select('content').limit(4))`,
        ({ path, answered }) => ({
          top_k: Number(new URL(path, 'http://loopback').searchParams.get('limit')),
          results: answered.length,
        }),
      ],
      [
        'vector_store.search',
        `settled(client.rpc('slow', near))`,
        ({ answered }) => ({ status: answered.code, error: 'PostgrestError' }),
      ],
    ],
  },
}

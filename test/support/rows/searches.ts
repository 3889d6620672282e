import { astraServer } from '../astra-server.ts'
import { s3vectorsServer } from '../aws-server.ts'
import { azureSearchServer } from '../azure-search-server.ts'
import { meilisearchServer } from '../meilisearch-server.ts'
import { searchServer } from '../search-server.ts'
import { supabaseServer } from '../supabase-server.ts'
import { supabaseStorageServer } from '../supabase-storage-server.ts'
import { typesenseServer } from '../typesense-server.ts'
import { type Any, type Family, type Really, type Row, sum, texts, widthOf } from './row.ts'

const status: Really = (last) => ({ status: last.status })
const hits: Really = ({ sent, answered }) => ({ top_k: sent.size, results: answered.hits.hits.length })
/** Of a bulk's lines, which are an action and its document by turns, but a delete has none. */
const bulked: Really = ({ sent, answered }) => {
  const failed_items = answered.items.filter((one: Any) => (one.index ?? one.delete).error).length
  return {
    batch_size: sent.filter((line: Any) => line.index ?? line.delete).length,
    ...(failed_items && { failed_items }),
  }
}
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

/** Search engines and databases that are spoken to by HTTP alone. */
export const searches: Family = {
  elasticsearch: {
    server: searchServer,
    imports: [['{ Client as Elasticsearch }', '@elastic/elasticsearch']],
    setUp: `
      const client = new Elasticsearch({ node: url, maxRetries: 0 })
      const near = { knn: { field: 'v', query_vector: [1, 2], k: 3, num_candidates: 9 }, size: 2 }`,
    rows: [
      [
        'vector_store.search',
        `client.search({ index: 'docs', ...near })`,
        (last, all) => ({
          ...hits(last, all),
          candidates: last.sent.knn.num_candidates,
        }),
      ],
      ['database.query', `client.search({ index: 'docs', query: { match: { text: 'private' } }, size: 1 })`, hits],
      [
        'vector_store.upsert',
        `client.bulk({ operations: [{ index: { _index: 'docs', _id: 'a' } }, { embedding: [1, 2] }, { index: { _index: 'docs', _id: 'refused' } }, { embedding: [3, 4] }] })`,
        bulked,
      ],
      [
        'vector_store.delete',
        `client.deleteByQuery({ index: 'docs', query: { knn: near.knn } })`,
        ({ answered }) => ({ results: answered.deleted }),
      ],
      [
        'database.query',
        `client.bulk({ operations: [{ delete: { _index: 'docs', _id: 'a' } }, { delete: { _index: 'docs', _id: 'b' } }] })`,
        bulked,
      ],
      [
        'embedding_provider.embed',
        `client.inference.textEmbedding({ inference_id: 'm', input: ${texts} })`,
        ({ sent, answered }) => ({
          batch_size: sent.input.length,
          dimensions: answered.text_embedding[0].embedding.length,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.inference.rerank({ inference_id: 'm', query: 'private', input: ${texts} })`,
        ({ sent, answered }) => ({ batch_size: sent.input.length, results: answered.rerank.length }),
      ],
      [
        'llm.generate',
        `client.inference.completion({ inference_id: 'm', input: ${texts} })`,
        ({ path }) => ({ model: path.split('/').at(-1) }),
      ],
      ['vector_store.search', `client.search({ index: 'missing', ...near })`, status],
    ],
    end: 'await client.close()',
  },
  opensearch: {
    server: searchServer,
    imports: [['{ Client as OpenSearch }', '@opensearch-project/opensearch']],
    setUp: `
      const client = new OpenSearch({ node: url, maxRetries: 0 })
      const near = { body: { size: 2, query: { knn: { v: { vector: [1, 2], k: 2 } } } } }`,
    rows: [
      ['vector_store.search', `client.search({ index: 'docs', ...near })`, hits],
      [
        'database.query',
        `client.search({ index: 'docs', body: { query: { match: { text: 'private' } }, size: 1 } })`,
        hits,
      ],
      [
        'vector_store.upsert',
        `client.bulk({ body: [{ index: { _index: 'docs', _id: 'a' } }, { embedding: [1, 2] }, { index: { _index: 'docs', _id: 'refused' } }, { embedding: [3, 4] }] })`,
        bulked,
      ],
      [
        'vector_store.delete',
        `client.deleteByQuery({ index: 'docs', body: { query: near.body.query } })`,
        ({ answered }) => ({ results: answered.deleted }),
      ],
      [
        'database.query',
        `client.bulk({ body: [{ delete: { _index: 'docs', _id: 'a' } }, { delete: { _index: 'docs', _id: 'b' } }] })`,
        bulked,
      ],
      ['vector_store.search', `client.search({ index: 'missing', ...near })`, status],
    ],
    end: 'await client.close()',
  },
  typesense: {
    server: typesenseServer,
    imports: [['{ Client as Typesense }', 'typesense']],
    setUp: `
      const client = new Typesense({ nodes: [{ url }], apiKey: 'k', numRetries: 0, logLevel: 'silent' })
      const docs = client.collections('docs').documents()`,
    rows: [
      [
        'vector_store.search',
        `client.multiSearch.perform({ searches: [{ collection: 'docs', q: '*', vector_query: 'v:([1, 2], k:3)' }, { collection: 'docs', q: '*', vector_query: 'v:([1, 2], k:3)' }] })`,
        ({ sent, answered }) => ({
          batch_size: sent.searches.length,
          results: sum(answered.results.map((one: Any) => one.hits)),
        }),
      ],
      [
        'database.query',
        `docs.search({ q: 'private', query_by: 'text', per_page: 3 })`,
        ({ path, answered }) => ({
          top_k: Number(new URL(path, 'http://loopback').searchParams.get('per_page')),
          results: answered.hits.length,
        }),
      ],
      [
        'vector_store.upsert',
        `docs.import([{ id: 'a', v: [1, 2] }, { id: 'b', v: [3, 4] }], { action: 'upsert' })`,
        ({ sent }) => ({ batch_size: sent.length }),
      ],
      ['vector_store.fetch', `client.collections('docs').documents('a').retrieve()`, '{ batch_size: [result].length }'],
      [
        'vector_store.delete',
        `docs.delete({ filter_by: 'a:=1' })`,
        ({ answered }) => ({ results: answered.num_deleted }),
      ],
      [
        'vector_store.search',
        `client.collections('missing').documents().search({ q: '*', vector_query: 'v:([1, 2], k:3)' })`,
        status,
      ],
    ],
  },
  meilisearch: {
    server: meilisearchServer,
    imports: [['{ Meilisearch }', 'meilisearch']],
    setUp: `
      const client = new Meilisearch({ host: url, apiKey: 'k' })
      const docs = client.index('docs')
      const near = { hybrid: { embedder: 'private' }, limit: 3 }
      const read = async (stream) => { for await (const _ of stream); }`,
    rows: [
      [
        'vector_store.search',
        `docs.search('private', near)`,
        ({ sent, answered }) => ({ top_k: sent.limit, results: answered.hits.length }),
      ],
      [
        'database.query',
        `docs.search('private', { limit: 1 })`,
        ({ sent, answered }) => ({ top_k: sent.limit, results: answered.hits.length }),
      ],
      [
        'vector_store.upsert',
        `docs.addDocuments([{ id: 'a', _vectors: { own: [1, 2] } }, { id: 'b' }])`,
        ({ sent }) => ({ batch_size: sent.length }),
      ],
      [
        'vector_store.fetch',
        'docs.getDocuments({ limit: 4 })',
        ({ answered }) => ({ top_k: answered.limit, results: answered.results.length }),
      ],
      ['vector_store.delete', `docs.deleteDocuments(['a', 'b'])`, ({ sent }) => ({ batch_size: sent.length })],
      [
        'llm.generate',
        `client.chat('docs').streamCompletion({ model: 'm', messages: [{ role: 'user', content: 'private' }], stream: true }).then(read)`,
        ({ sent }) => ({ model: sent.model, stream: true }),
      ],
      ['vector_store.search', `client.index('missing').search('private', near)`, '{ top_k: near.limit }'],
    ],
  },
  astra: {
    server: astraServer,
    imports: [['{ DataAPIClient }', '@datastax/astra-db-ts']],
    setUp: `
      const db = new DataAPIClient('k', { httpOptions: { client: 'fetch' } }).db(url, { keyspace: 'default_keyspace' })
      const docs = db.collection('docs')
      const near = [{}, { sort: { $vector: [1, 2] }, limit: 3 }]`,
    rows: [
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
  'azure-search': {
    server: azureSearchServer,
    imports: [['{ SearchClient, AzureKeyCredential, KnowledgeRetrievalClient }', '@azure/search-documents']],
    packages: 'current',
    setUp: `
      const options = { allowInsecureConnection: true, allowInsecureAuthentication: true, retryOptions: { maxRetries: 0 } }
      const of = (index) => new SearchClient(url, index, new AzureKeyCredential('k'), options)
      const docs = of('docs')
      const near = { vectorSearchOptions: { queries: [{ kind: 'vector', vector: [1, 2], fields: ['v'], kNearestNeighborsCount: 3 }] }, top: 2 }
      const base = new KnowledgeRetrievalClient(url, 'base', new AzureKeyCredential('k'), options)`,
    rows: [
      [
        'vector_store.search',
        `docs.search('*', near)`,
        ({ sent, answered }) => ({
          top_k: sent.top,
          candidates: sent.vectorQueries[0].k,
          dimensions: sent.vectorQueries[0].vector.length,
          results: answered.value.length,
        }),
      ],
      [
        'database.query',
        `docs.search('private', { top: 1 })`,
        ({ sent, answered }) => ({ top_k: sent.top, results: answered.value.length }),
      ],
      [
        'vector_store.upsert',
        `docs.uploadDocuments([{ id: 'a', v: [1] }, { id: 'private-bad', v: [2] }])`,
        ({ sent, answered: { value } }) => ({
          batch_size: sent.value.length,
          results: value.filter((one: Any) => one.status).length,
          failed_items: value.filter((one: Any) => !one.status).length,
        }),
      ],
      ['vector_store.fetch', `docs.getDocument('a')`, (_, all) => ({ batch_size: all.length })],
      [
        'vector_store.delete',
        `docs.deleteDocuments('id', ['a', 'b', 'c'])`,
        ({ sent, answered }) => ({ batch_size: sent.value.length, results: answered.value.length }),
      ],
      [
        'semantic_search.retrieve',
        `base.retrieve({ intents: [{ type: 'semantic', search: 'private' }] })`,
        ({ sent, answered }) => ({
          batch_size: sent.intents.length,
          results: answered.references.length,
          input_tokens: answered.activity.at(-1).inputTokens,
          output_tokens: answered.activity.at(-1).outputTokens,
        }),
      ],
      ['vector_store.search', `of('missing').search('*', near)`, status],
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

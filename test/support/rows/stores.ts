import { pineconeAssistantServer } from '../pinecone-assistant-server.ts'
import { pineconeServer } from '../pinecone-server.ts'
import { qdrantServer } from '../qdrant-server.ts'
import { turbopufferServer } from '../turbopuffer-server.ts'
import { upstashServer } from '../upstash-server.ts'
import { type Any, type Family, type Really, texts } from './row.ts'

const status: Really = (last) => ({ status: last.status })
const two = `[{ id: 'a', vector: [1, 2] }, { id: 'b', vector: [3, 4] }]`
/** Upstash's answers. */
const found = ({ result }: Any) => ({ results: result.filter(Boolean).length })

/** Stores of vectors that are spoken to by HTTP alone. */
export const stores: Family = {
  qdrant: {
    server: qdrantServer,
    imports: [['{ QdrantClient }', '@qdrant/js-client-rest']],
    setUp: 'const client = new QdrantClient({ url, checkCompatibility: false })',
    rows: [
      [
        'vector_store.search',
        `client.query('docs', { query: [1, 2], limit: 3 })`,
        ({ sent, answered }) => ({
          top_k: sent.limit,
          dimensions: sent.query.length,
          results: answered.result.points.length,
        }),
      ],
      [
        'vector_store.upsert',
        `client.upsert('docs', { points: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [3, 4] }] })`,
        ({ sent }) => ({ batch_size: sent.points.length, dimensions: sent.points[0].vector.length }),
      ],
      [
        'vector_store.fetch',
        `client.retrieve('docs', { ids: [1, 2] })`,
        ({ sent, answered }) => ({ batch_size: sent.ids.length, results: answered.result.length }),
      ],
      [
        'vector_store.delete',
        `client.delete('docs', { points: [1, 2] })`,
        ({ sent }) => ({ batch_size: sent.points.length }),
      ],
      ['vector_store.search', `client.query('missing', { query: [1], limit: 1 })`, status],
    ],
  },
  pinecone: {
    server: pineconeServer,
    imports: [['{ Pinecone }', '@pinecone-database/pinecone']],
    setUp: `
      const client = new Pinecone({ apiKey: 'k', controllerHostUrl: url })
      const index = client.index({ name: 'docs', host: url, namespace: 'ns' })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.inference.embed({ model: 'm', inputs: ${texts}, parameters: { inputType: 'passage' } })`,
        ({ sent, answered }) => ({
          batch_size: sent.inputs.length,
          results: answered.data.length,
          dimensions: answered.data[0].values.length,
          input_tokens: answered.usage.total_tokens,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.inference.rerank({ model: 'm', query: 'private', documents: ${texts}, topN: 1 })`,
        ({ sent, answered }) => ({
          batch_size: sent.documents.length,
          query_len: sent.query.length,
          top_k: sent.top_n,
          results: answered.data.length,
          billed_units: answered.usage.rerank_units,
        }),
      ],
      [
        'vector_store.search',
        'index.query({ vector: [1, 2], topK: 3 })',
        ({ sent, answered }) => ({
          top_k: sent.topK,
          dimensions: sent.vector.length,
          results: answered.matches.length,
          billed_units: answered.usage.readUnits,
        }),
      ],
      [
        'vector_store.upsert',
        `index.upsert({ records: ${two.replaceAll('vector', 'values')} })`,
        ({ sent, answered }) => ({ batch_size: answered.upsertedCount, dimensions: sent.vectors[0].values.length }),
      ],
      [
        'vector_store.fetch',
        `index.fetch({ ids: ['a', 'b'] })`,
        ({ path, answered }) => ({
          batch_size: new URL(path, 'http://loopback').searchParams.getAll('ids').length,
          results: Object.keys(answered.vectors).length,
          billed_units: answered.usage.readUnits,
        }),
      ],
      ['vector_store.delete', `index.deleteMany({ ids: ['a', 'b'] })`, ({ sent }) => ({ batch_size: sent.ids.length })],
      // Its error has no number.
      ['vector_store.search', 'index.query({ vector: [1], topK: 1, filter: { missing: true } })', '{ filtered: true }'],
    ],
  },
  'pinecone-assistant': {
    server: pineconeAssistantServer,
    imports: [
      ['{ Pinecone as PineconeOfBooks }', '@pinecone-database/pinecone'],
      ['{ writeFileSync }', 'node:fs'],
    ],
    setUp: `
      const books = new PineconeOfBooks({ apiKey: 'k', controllerHostUrl: url }).assistant({ name: 'books' })
      const ask = { messages: [{ role: 'user', content: 'private question' }], model: 'gpt-4o' }
      writeFileSync('private.txt', 'private')`,
    rows: [
      [
        'llm.generate',
        'books.chat(ask)',
        ({ sent, answered }) => ({
          model: sent.model,
          response_model: answered.model,
          input_tokens: answered.usage.prompt_tokens,
          output_tokens: answered.usage.completion_tokens,
          finish_reason: answered.finish_reason,
        }),
      ],
      [
        'semantic_search.retrieve',
        `books.context({ query: 'private', topK: 3 })`,
        ({ sent, answered }) => ({
          query_len: sent.query.length,
          top_k: sent.top_k,
          results: answered.snippets.length,
          input_tokens: answered.usage.prompt_tokens,
        }),
      ],
      [
        'vector_store.upsert',
        `books.uploadFile({ path: 'private.txt' })`,
        (_, all) => ({ batch_size: all.filter(({ path }) => path.includes('/files/')).length }),
      ],
      ['vector_store.fetch', 'books.listFiles({})', ({ answered }) => ({ results: answered.files.length })],
      [
        'vector_store.delete',
        `books.deleteFile('private')`,
        (_, all) => ({ batch_size: all.filter(({ path }) => path.endsWith('/private')).length }),
      ],
      ['llm.generate', `books.chat({ ...ask, model: 'fail' })`, ({ sent }) => ({ model: sent.model })],
    ],
  },
  turbopuffer: {
    server: turbopufferServer,
    imports: [['{ Turbopuffer }', '@turbopuffer/turbopuffer']],
    setUp: `
      const store = new Turbopuffer({ baseURL: url, apiKey: 'k', maxRetries: 0 })
      const docs = store.namespace('docs')
      const near = { rank_by: ['vector', 'ANN', [1, 2]], top_k: 3 }`,
    rows: [
      [
        'vector_store.search',
        'docs.query(near)',
        ({ sent, answered }) => ({
          top_k: sent.top_k,
          dimensions: sent.rank_by[2].length,
          results: answered.rows.length,
          billed_units:
            answered.billing.billable_logical_bytes_queried + answered.billing.billable_logical_bytes_returned,
        }),
      ],
      [
        'vector_store.upsert',
        `docs.write({ upsert_rows: ${two}, distance_metric: 'cosine_distance' })`,
        ({ sent, answered }) => ({
          batch_size: sent.upsert_rows.length,
          dimensions: sent.upsert_rows[0].vector.length,
          results: answered.rows_affected,
        }),
      ],
      [
        'vector_store.fetch',
        `docs.query({ rank_by: ['id', 'asc'], top_k: 2 })`,
        ({ sent, answered }) => ({ top_k: sent.top_k, results: answered.rows.length }),
      ],
      [
        'vector_store.delete',
        'docs.write({ deletes: [1, 2] })',
        ({ sent, answered }) => ({ batch_size: sent.deletes.length, results: answered.rows_affected }),
      ],
      ['vector_store.search', `store.namespace('missing').query(near)`, status],
    ],
  },
  upstash: {
    server: upstashServer,
    imports: [['{ Index as UpstashIndex }', '@upstash/vector']],
    setUp: `const index = new UpstashIndex({ url, token: 'k', retry: false })`,
    rows: [
      [
        'vector_store.search',
        'index.query({ vector: [1, 2], topK: 3 })',
        ({ sent, answered }) => ({ ...found(answered), top_k: sent.topK, dimensions: sent.vector.length }),
      ],
      [
        'vector_store.upsert',
        `index.upsert(${two})`,
        ({ sent }) => ({ batch_size: sent.length, dimensions: sent[0].vector.length }),
      ],
      [
        'vector_store.fetch',
        `index.fetch(['a', 'b', 'c'])`,
        ({ sent, answered }) => ({ ...found(answered), batch_size: sent.ids.length }),
      ],
      [
        'vector_store.delete',
        `index.delete(['a', 'b'])`,
        ({ sent, answered }) => ({ batch_size: sent.ids.length, results: answered.result.deleted }),
      ],
      ['vector_store.search', `index.query({ vector: [1], topK: 1 }, { namespace: 'missing' })`, '{}'],
    ],
  },
  'upstash-search': {
    server: upstashServer,
    imports: [['{ Search as UpstashSearch }', '@upstash/search']],
    setUp: `
      const client = new UpstashSearch({ url, token: 'k', retry: false })
      const docs = client.index('docs')`,
    rows: [
      [
        'vector_store.search',
        `docs.search({ query: 'private', limit: 3 })`,
        ({ sent, answered }) => ({ ...found(answered), top_k: sent.topK, query_len: sent.query.length }),
      ],
      [
        'vector_store.upsert',
        `docs.upsert([{ id: 'a', content: {} }, { id: 'b', content: {} }])`,
        ({ sent }) => ({ batch_size: sent.length }),
      ],
      [
        'vector_store.fetch',
        `docs.fetch(['a', 'b', 'c'])`,
        ({ sent, answered }) => ({ ...found(answered), batch_size: sent.ids.length }),
      ],
      [
        'vector_store.delete',
        `docs.delete(['a', 'b'])`,
        ({ sent, answered }) => ({ batch_size: sent.ids.length, results: answered.result.deleted }),
      ],
      ['vector_store.search', `client.index('missing').search({ query: 'private' })`, '{}'],
    ],
  },
  'upstash-redis': {
    server: upstashServer,
    imports: [['{ Redis as UpstashRedis }', '@upstash/redis']],
    setUp: `
      const redis = new UpstashRedis({ url, token: 'k', retry: false, responseEncoding: false, enableAutoPipelining: false })
      const docs = redis.vector.index('docs')`,
    rows: [
      [
        'vector_store.search',
        'docs.query({ vector: [1, 2], topK: 3 })',
        ({ answered }) => ({ results: answered.result.length }),
      ],
      ['vector_store.upsert', `docs.add('a', [1, 2, 3])`, '{ dimensions: 3 }'],
      [
        'database.query',
        `redis.pipeline().get('a').set('a', 1).exec()`,
        ({ path, sent }) => ({ operation: path.slice(1), batch_size: sent.length }),
      ],
      ['database.query', `redis.get('private-odd')`, ({ sent }) => ({ operation: sent[0] })],
    ],
  },
}

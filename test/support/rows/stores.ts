import { qdrantServer } from '../qdrant-server.ts'
import { turbopufferServer } from '../turbopuffer-server.ts'
import { type Family, status } from './row.ts'

const two = `[{ id: 'a', vector: [1, 2] }, { id: 'b', vector: [3, 4] }]`

/** Stores of vectors that are spoken to by HTTP alone. */
export const stores: Family = {
  qdrant: {
    server: qdrantServer,
    imports: [['{ QdrantClient }', '@qdrant/js-client-rest']],
    setUp: 'const client = new QdrantClient({ url, checkCompatibility: false })',
    rows: [
      ['vector_store.manage', `client.getCollection('docs')`, ({ path }) => ({ collection: path.split('/')[2] })],
      [
        'vector_store.search',
        `client.query('docs', { query: [1, 2], limit: 3 })`,
        ({ sent, answered }) => ({
          top_k: sent.limit,
          dimensions: sent.query.length,
          results: answered.result.points.length,
          top_score: answered.result.points[0].score,
          last_score: answered.result.points.at(-1).score,
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
  turbopuffer: {
    server: turbopufferServer,
    imports: [['{ Turbopuffer }', '@turbopuffer/turbopuffer']],
    setUp: `
      const store = new Turbopuffer({ baseURL: url, apiKey: 'k', maxRetries: 0 })
      const docs = store.namespace('docs')
      const near = { rank_by: ['vector', 'ANN', [1, 2]], top_k: 3 }`,
    rows: [
      ['vector_store.manage', 'docs.schema()', ({ path }) => ({ collection: path.split('/')[3] })],
      [
        'vector_store.search',
        'docs.query(near)',
        ({ sent, answered }) => ({
          top_k: sent.top_k,
          dimensions: sent.rank_by[2].length,
          results: answered.rows.length,
          top_score: answered.rows[0].$dist,
          last_score: answered.rows.at(-1).$dist,
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
}

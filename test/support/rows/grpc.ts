import { firestoreServer } from '../firestore-server.ts'
import { milvusServer } from '../milvus-server.ts'
import { qdrantGrpcServer } from '../qdrant-grpc-server.ts'
import { weaviateServer } from '../weaviate-server.ts'
import type { Family } from './row.ts'

/** Stand-ins of gRPC. */
export const grpc: Family = {
  milvus: {
    server: milvusServer,
    imports: [['{ MilvusClient }', '@zilliz/milvus2-sdk-node']],
    setUp: `
      const { hostname, hash } = new URL(url)
      const client = new MilvusClient({ address: hostname + ':' + hash.slice(1), maxRetries: 0 })
      await client.connectPromise`,
    rows: [
      [
        'vector_store.manage',
        `client.hasCollection({ collection_name: 'docs' })`,
        ({ sent }) => ({ collection: sent.collection_name }),
      ],
      [
        'vector_store.search',
        `client.search({ collection_name: 'docs', data: [[1, 2], [3, 4]], limit: 3 })`,
        ({ sent, answered: { results } }) => ({
          batch_size: Number(sent.nq),
          top_k: results.top_k,
          results: results.ids.int_id.data.length,
        }),
      ],
      [
        'vector_store.upsert',
        `client.upsert({ collection_name: 'docs', data: [1, 2, 3].map((id) => ({ id, vector: [id, 2], text: 'private' })) })`,
        ({ sent, answered }) => ({
          batch_size: sent.num_rows,
          results: answered.upsert_cnt,
          failed_items: answered.err_index.length,
        }),
      ],
      [
        'vector_store.fetch',
        `client.query({ collection_name: 'docs', filter: 'id > 0', limit: 4, output_fields: ['id'] })`,
        ({ answered }) => ({ results: answered.fields_data[0].scalars.long_data.data.length }),
      ],
      [
        'vector_store.delete',
        `client.delete({ collection_name: 'docs', ids: [1, 2] })`,
        ({ answered }) => ({ results: answered.delete_cnt }),
      ],
      [
        'vector_store.search',
        `client.search({ collection_name: 'unloaded', data: [1, 2], limit: 3 })`,
        ({ answered }) => ({ status: answered.status.code, error: answered.status.error_code }),
      ],
    ],
    end: 'await client.closeConnection()',
  },
  'qdrant-grpc': {
    server: qdrantGrpcServer,
    imports: [['{ QdrantClient as QdrantGrpc }', '@qdrant/js-client-grpc']],
    setUp: `
      const points = new QdrantGrpc({ url, checkCompatibility: false }).api('points')
      const id = (num) => ({ pointIdOptions: { case: 'num', value: BigInt(num) } })
      const vectors = { vectorsOptions: { case: 'vector', value: { vector: { case: 'dense', value: { data: [1, 2, 3] } } } } }
      const docs = { collectionName: 'docs' }`,
    rows: [
      [
        'vector_store.manage',
        `points.createFieldIndex({ ...docs, fieldName: 'private' })`,
        ({ sent }) => ({ collection: sent.collectionName }),
      ],
      [
        'vector_store.search',
        'points.search({ ...docs, vector: [1, 2], limit: 3n })',
        ({ sent, answered }) => ({
          top_k: Number(sent.limit),
          dimensions: sent.vector.length,
          results: answered.result.length,
          top_score: answered.result[0].score,
          last_score: Math.fround(answered.result.at(-1).score),
        }),
      ],
      [
        'vector_store.upsert',
        'points.upsert({ ...docs, points: [1, 2].map((num) => ({ id: id(num), vectors })) })',
        ({ sent }) => ({
          batch_size: sent.points.length,
          dimensions: sent.points[0].vectors.vectorsOptions.value.vector.value.data.length,
        }),
      ],
      [
        'vector_store.fetch',
        'points.get({ ...docs, ids: [id(1), id(2)] })',
        ({ sent, answered }) => ({ batch_size: sent.ids.length, results: answered.result.length }),
      ],
      [
        'vector_store.delete',
        `points.delete({ ...docs, points: { pointsSelectorOneOf: { case: 'points', value: { ids: [id(1), id(2)] } } } })`,
        ({ sent }) => ({ batch_size: sent.points.pointsSelectorOneOf.value.ids.length }),
      ],
      ['vector_store.search', `points.search({ collectionName: 'missing', vector: [1], limit: 1n })`, '{ status: 5 }'],
    ],
  },
  weaviate: {
    server: weaviateServer,
    imports: [['weaviate', 'weaviate-client']],
    setUp: `
      console.info = () => {}
      const { hostname, port, hash } = new URL(url)
      const client = await weaviate.connectToCustom({ httpHost: hostname, httpPort: Number(port), grpcHost: hostname, grpcPort: Number(hash.slice(1)) })
      const docs = client.collections.use('Docs')`,
    rows: [
      ['vector_store.manage', `client.collections.exists('Docs')`, `{ collection: result && 'Docs' }`],
      [
        'vector_store.search',
        'docs.query.nearVector([1, 2], { limit: 3 })',
        ({ sent, answered }) => ({
          top_k: sent.limit,
          results: answered.results.length,
          top_score: answered.results[0].metadata.distance,
          last_score: Math.fround(answered.results.at(-1).metadata.distance),
        }),
      ],
      [
        'vector_store.upsert',
        `docs.data.insertMany([{ text: 'private', fails: true }, { text: 'private' }, { text: 'private' }])`,
        ({ sent, answered }) => ({
          batch_size: sent.objects.length,
          results: sent.objects.length - answered.errors.length,
          failed_items: answered.errors.length,
        }),
      ],
      [
        'vector_store.fetch',
        'docs.query.fetchObjects({ limit: 2 })',
        ({ sent, answered }) => ({ top_k: sent.limit, results: answered.results.length }),
      ],
      [
        'vector_store.delete',
        `docs.data.deleteMany(docs.filter.byProperty('text').equal('private'))`,
        ({ answered }) => ({ results: answered.successful, failed_items: answered.failed }),
      ],
      [
        'vector_store.search',
        `client.collections.use('Missing').query.nearVector([1, 2], { limit: 1 })`,
        '{ top_k: 1 }',
      ],
    ],
    end: 'await client.close()',
  },
  firestore: {
    server: firestoreServer,
    imports: [['{ Firestore }', '@google-cloud/firestore']],
    setUp: `
      process.env.METADATA_SERVER_DETECTION = 'none'
      process.env.FIRESTORE_EMULATOR_HOST = new URL(url).host
      const db = new Firestore({ projectId: 'private-project' })
      const near = (name) => db.collection(name).findNearest({ vectorField: 'e', queryVector: [1, 2, 3], limit: 5, distanceMeasure: 'COSINE' }).get()`,
    rows: [
      [
        'vector_store.search',
        `near('docs')`,
        ({ sent, answered }) => ({ top_k: sent.findNearest.limit.value, results: answered.documents }),
      ],
      ['vector_store.search', `near('missing')`, '{ status: 3 }'],
    ],
    end: 'await db.terminate()',
  },
}

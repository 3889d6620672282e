import { firestoreServer } from '../firestore-server.ts'
import { milvusServer } from '../milvus-server.ts'
import { mongodbServer } from '../mongodb-server.ts'
import { neo4jServer } from '../neo4j-server.ts'
import { qdrantGrpcServer } from '../qdrant-grpc-server.ts'
import { redisServer } from '../redis-server.ts'
import { weaviateServer } from '../weaviate-server.ts'
import type { Any, Family, Really, Row } from './row.ts'

/** The rows in a reply to FT.SEARCH: after their number, or from version 3 of the protocol on under a name. */
const rowsIn = (reply: Any) => (reply instanceof Map ? reply.get('results').length : reply[0])
const command =
  (operation: string): Really =>
  () => ({ operation })
const near = `'*=>[KNN 3 @v $BLOB]'`
const searched: Really = ({ path, sent, answered }) => ({
  operation: path,
  top_k: Number(/KNN (\d+)/.exec(sent[2])?.[1]),
  results: rowsIn(answered),
})
/** Of both clients of Redis: a hash that holds a vector, and any other command. */
const redisRows = (set: string): readonly Row[] => [
  ['vector_store.upsert', set, command('hset')],
  ['database.query', `client.get('a')`, command('get')],
  ['vector_store.search', `search('missing')`, ({ path }) => ({ operation: path })],
]
const floats = 'Buffer.from(Float32Array.from({ length: 8 }, (_, i) => Math.sin(i + 1)).buffer)'

/** Stand-ins of what is no HTTP with JSON. */
export const wires: Family = {
  milvus: {
    server: milvusServer,
    imports: [['{ MilvusClient }', '@zilliz/milvus2-sdk-node']],
    setUp: `
      const { hostname, hash } = new URL(url)
      const client = new MilvusClient({ address: hostname + ':' + hash.slice(1), maxRetries: 0 })
      await client.connectPromise`,
    rows: [
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
        'vector_store.search',
        'points.search({ ...docs, vector: [1, 2], limit: 3n })',
        ({ sent, answered }) => ({
          top_k: Number(sent.limit),
          dimensions: sent.vector.length,
          results: answered.result.length,
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
      [
        'vector_store.search',
        'docs.query.nearVector([1, 2], { limit: 3 })',
        ({ sent, answered }) => ({ top_k: sent.limit, results: answered.results.length }),
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
  mongodb: {
    server: mongodbServer,
    imports: [['{ MongoClient }', 'mongodb']],
    setUp: `
      const client = new MongoClient(url)
      const docs = client.db('private').collection('docs')
      const near = [{ $vectorSearch: { index: 'i', path: 'v', queryVector: [1, 2], limit: 3, numCandidates: 50 } }]`,
    rows: [
      [
        'vector_store.search',
        'docs.aggregate(near).toArray()',
        ({ sent: { pipeline }, answered }) => ({
          top_k: pipeline[0].$vectorSearch.limit,
          candidates: pipeline[0].$vectorSearch.numCandidates,
          results: answered.cursor.firstBatch.length,
        }),
      ],
      [
        'vector_store.upsert',
        'docs.insertMany([1, 2].map((_id) => ({ _id, v: Array.from({ length: 8 }, (_, i) => Math.sin(i + _id)) })))',
        ({ path, sent }) => ({ operation: path, batch_size: sent.documents.length }),
      ],
      [
        'database.query',
        'docs.find({}, { limit: 5, batchSize: 2 }).toArray()',
        (_, all) => ({
          operation: all[0]?.path,
          results: all.reduce((n, { answered: { cursor } }) => n + (cursor.firstBatch ?? cursor.nextBatch).length, 0),
        }),
      ],
      [
        'vector_store.search',
        `client.db('private').collection('missing').aggregate(near).toArray()`,
        ({ answered }) => ({ status: answered.code }),
      ],
    ],
    end: 'await client.close()',
  },
  neo4j: {
    server: neo4jServer,
    imports: [['neo4j', 'neo4j-driver']],
    setUp: `
      const driver = neo4j.driver(url, neo4j.auth.basic('neo4j', 'private'))
      const session = driver.session()
      const near = (index) => session.run('CALL db.index.vector.queryNodes($index, $k, $v) YIELD node, score RETURN node.text AS text, score', { index, k: neo4j.int(3), v: [0.5, 0.25] })`,
    rows: [
      [
        'vector_store.search',
        `near('docs')`,
        ({ sent, answered }) => ({
          query_len: sent.text.length,
          top_k: sent.parameters.k,
          results: answered.rows,
        }),
      ],
      [
        'vector_store.upsert',
        `session.run('CREATE (n:Doc {v: $v})', { v: Array.from({ length: 32 }, (_, i) => i / 32 + 0.001) })`,
        ({ sent }) => ({ query_len: sent.text.length }),
      ],
      [
        'database.query',
        `session.run('MATCH (n) RETURN n.text AS text LIMIT 4')`,
        ({ sent, answered }) => ({ query_len: sent.text.length, results: answered.rows }),
      ],
      [
        'vector_store.search',
        `session.run('CALL db.index.vector.queryNodes("missing", 2, $v)', { v: [0.5] })`,
        ({ sent }) => ({ query_len: sent.text.length }),
      ],
    ],
    end: 'await session.close(); await driver.close()',
  },
  redis: {
    server: redisServer,
    imports: [['{ createClient as redisClient, createClientPool }', 'redis']],
    setUp: `
      const client = redisClient({ url })
      client.on('error', () => {})
      await client.connect()
      const pool = createClientPool({ url }, { maximum: 1, acquireTimeout: 30 })
      await pool.on('error', () => {}).connect()
      let give
      pool.execute(() => new Promise((resolve) => { give = resolve }))
      const floats = ${floats}
      const search = (index) => client.ft.search(index, ${near}, { PARAMS: { BLOB: floats }, DIALECT: 2 })`,
    rows: [
      ['vector_store.search', `search('docs')`, searched],
      ...redisRows(`client.hSet('a', { v: floats })`),
      ['database.connect', `pool.get('a')`, '{}'],
    ],
    end: 'give(); client.destroy(); pool.destroy()',
  },
  ioredis: {
    server: redisServer,
    imports: [['{ Redis as IoRedis }', 'ioredis']],
    setUp: `
      const client = new IoRedis(url, { lazyConnect: true })
      await client.connect()
      const floats = ${floats}
      const search = (index) => client.call('FT.SEARCH', index, ${near}, 'PARAMS', '2', 'BLOB', floats, 'DIALECT', '2')`,
    rows: [['vector_store.search', `search('docs')`, searched], ...redisRows(`client.hset('a', { v: floats })`)],
    end: 'client.disconnect()',
  },
}

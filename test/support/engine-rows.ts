import type { Import } from './application.ts'
import { libsqlServer } from './libsql-server.ts'
import { milvusServer } from './milvus-server.ts'
import { mongodbServer } from './mongodb-server.ts'
import { mysqlServer } from './mysql-server.ts'
import { neo4jServer } from './neo4j-server.ts'
import { redisServer } from './redis-server.ts'

/** The scope, a call of it, and what the engine did, as an expression over the `result` that it handed out. */
type Row = readonly [scope: string, call: string, did: string]

interface Rows {
  /** A stand-in of a binary protocol; without one the engine runs in the application. */
  readonly server?: () => Promise<{ readonly url: string; close(): Promise<void> }>
  readonly imports: readonly Import[]
  /** Statements that make what the rows call, with `url`. */
  readonly setUp: string
  readonly rows: readonly Row[]
  readonly end?: string
}

const near = `SELECT id FROM docs ORDER BY vector_distance_cos(e, vector32('[1,2,3]')) LIMIT 2`
const schema = `CREATE TABLE docs (id INTEGER PRIMARY KEY, e F32_BLOB(3)); INSERT INTO docs VALUES (1, vector32('[1,2,3]')), (2, vector32('[4,5,6]'))`
const distance = `SELECT title FROM docs ORDER BY VEC_DISTANCE_COSINE(e, VEC_FromText('[1,2]')) LIMIT 3`

/** By the library's name: engines, and stand-ins of what is no JSON. No number stands here. */
export const engines: Readonly<Record<string, Rows>> = {
  lancedb: {
    imports: [['{ connect as lance }', '@lancedb/lancedb']],
    setUp: `
      const rows = [1, 2, 3].map((id) => ({ id, vector: [id, 1] }))
      const db = await lance('./lance')
      const docs = await db.createTable('docs', rows)`,
    rows: [
      [
        'vector_store.upsert',
        `docs.add(rows).then(() => docs.toArrow())`,
        '{ batch_size: result.numRows - rows.length }',
      ],
      [
        'vector_store.search',
        'docs.search([1, 2]).limit(2).toArray()',
        '{ results: result.length, dimensions: result[0].vector.length }',
      ],
      ['vector_store.fetch', `docs.query().where('id < 3').toArray()`, '{ results: result.length }'],
    ],
  },
  orama: {
    imports: [['* as orama', '@orama/orama']],
    setUp: `
      const db = await orama.create({ schema: { title: 'string', embedding: 'vector[2]' } })
      const docs = [1, 2, 3].map((i) => ({ title: 'private ' + i, embedding: [i, 1] }))`,
    rows: [
      [
        'vector_store.upsert',
        'orama.insertMultiple(db, docs)',
        '{ batch_size: result.length, results: await orama.count(db) }',
      ],
      [
        'vector_store.search',
        `orama.search(db, { mode: 'vector', vector: { value: [1, 2], property: 'embedding' }, similarity: 0.1, limit: 2 })`,
        '{ results: result.hits.length }',
      ],
      ['database.query', `orama.search(db, { term: 'private' })`, '{ results: result.hits.length }'],
    ],
  },
  vectra: {
    imports: [['{ LocalIndex }', 'vectra']],
    setUp: `
      const index = new LocalIndex('vectra')
      await index.createIndex({ version: 1, deleteIfExists: true })
      const items = [1, 2, 3].map((i) => ({ id: 'private ' + i, metadata: {}, vector: [i, 1, 2] }))`,
    rows: [
      [
        'vector_store.upsert',
        'index.batchInsertItems(items)',
        '{ batch_size: (await index.getIndexStats()).items, results: result.length }',
      ],
      [
        'vector_store.search',
        `index.queryItems([1, 2, 3], 'private', 2)`,
        '{ results: result.length, dimensions: result[0].item.vector.length }',
      ],
      ['vector_store.fetch', 'index.listItems()', '{ results: result.length }'],
      [
        'vector_store.delete',
        `index.getIndexStats().then(async ({ items }) => { await index.deleteItem('private 1'); return items })`,
        '{ batch_size: result - (await index.getIndexStats()).items }',
      ],
    ],
  },
  libsql: {
    server: () => libsqlServer(schema),
    imports: [['{ createClient as libsql }', '@libsql/client']],
    setUp: `
      const db = libsql({ url: 'file:libsql.db' })
      await db.executeMultiple(${JSON.stringify(schema)})`,
    rows: [
      ['vector_store.search', `db.execute(${JSON.stringify(near)})`, '{ results: result.rows.length }'],
      [
        'vector_store.upsert',
        `db.execute("INSERT INTO docs VALUES (3, vector32('[7,8,9]')), (4, vector32('[7,8,9]'))")`,
        '{ results: result.rowsAffected }',
      ],
      ['database.query', `db.execute('SELECT id FROM docs')`, '{ results: result.rows.length }'],
      [
        'vector_store.search',
        `db.execute(${JSON.stringify(near.replace('docs', 'gone'))})`,
        '{ error: result.constructor.name }',
      ],
    ],
    end: 'db.close()',
  },
  mysql2: {
    server: mysqlServer,
    imports: [['mysqls', 'mysql2/promise']],
    setUp: 'const db = await mysqls.createConnection(url)',
    rows: [
      ['vector_store.search', `db.query(${JSON.stringify(distance)})`, '{ results: result[0].length }'],
      [
        'vector_store.upsert',
        `db.query("INSERT INTO docs (e) VALUES (VEC_FromText('[1,2]'))")`,
        '{ results: result[0].affectedRows }',
      ],
      ['database.query', `db.query('SELECT title FROM docs LIMIT 4')`, '{ results: result[0].length }'],
      [
        'vector_store.search',
        `db.query(${JSON.stringify(distance.replace('docs', 'missing'))})`,
        '{ error: result.constructor.name }',
      ],
    ],
    end: 'db.destroy()',
  },
  mongodb: {
    server: mongodbServer,
    imports: [['{ MongoClient }', 'mongodb']],
    setUp: `
      const client = new MongoClient(url)
      const docs = client.db('private').collection('docs')`,
    rows: [
      [
        'vector_store.search',
        `docs.aggregate([{ $vectorSearch: { index: 'i', path: 'v', queryVector: [1, 2], limit: 3, numCandidates: 50 } }]).toArray()`,
        '{ results: result.length }',
      ],
    ],
    end: 'await client.close()',
  },
  neo4j: {
    server: neo4jServer,
    imports: [['neo4j', 'neo4j-driver']],
    setUp: `
      const driver = neo4j.driver(url, neo4j.auth.basic('neo4j', 'private'))
      const session = driver.session()`,
    rows: [
      [
        'vector_store.search',
        `session.run('CALL db.index.vector.queryNodes($index, $k, $v) YIELD node, score RETURN node.text AS text, score', { index: 'docs', k: neo4j.int(3), v: [0.5, 0.25] })`,
        '{ results: result.records.length }',
      ],
    ],
    end: 'await session.close(); await driver.close()',
  },
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
        `client.search({ collection_name: 'docs', data: [1, 2], limit: 3 })`,
        '{ results: result.results.length }',
      ],
      [
        'vector_store.upsert',
        `client.insert({ collection_name: 'docs', data: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [3, 4] }] })`,
        '{ results: Number(result.insert_cnt) }',
      ],
    ],
    end: 'await client.closeConnection()',
  },
  redis: {
    server: redisServer,
    imports: [['{ createClient as redisClient }', 'redis']],
    setUp: `
      const client = redisClient({ url })
      client.on('error', () => {})
      await client.connect()
      const search = (index) => client.ft.search(index, '*=>[KNN 3 @v $BLOB]', { PARAMS: { BLOB: Buffer.alloc(8) }, DIALECT: 2 })`,
    rows: [
      ['vector_store.search', `search('docs')`, '{ results: result.documents.length }'],
      ['vector_store.search', `search('missing')`, '{ error: result.constructor.name }'],
    ],
    end: 'client.destroy()',
  },
  ioredis: {
    server: redisServer,
    imports: [['{ Redis }', 'ioredis']],
    setUp: `
      const client = new Redis(url, { lazyConnect: true })
      await client.connect()
      const search = (index) => client.call('FT.SEARCH', index, '*=>[KNN 3 @v $BLOB]', 'NOCONTENT', 'PARAMS', '2', 'BLOB', Buffer.alloc(8), 'DIALECT', '2')`,
    rows: [
      // After their number, which is the first; from version 3 of the protocol on under a name.
      [
        'vector_store.search',
        `search('docs')`,
        `{ results: (result.includes('results') ? result[result.indexOf('results') + 1] : result.slice(1)).length }`,
      ],
      ['vector_store.search', `search('missing')`, '{ error: result.constructor.name }'],
    ],
    end: 'client.disconnect()',
  },
}

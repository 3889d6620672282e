import { mongodbServer } from '../mongodb-server.ts'
import { neo4jServer } from '../neo4j-server.ts'
import { redisServer } from '../redis-server.ts'
import type { Any, Family, Really, Row } from './row.ts'

/** The rows in a reply to FT.SEARCH: after their number, or from version 3 of the protocol on under a name. */
const rowsIn = (reply: Any) => (reply instanceof Map ? reply.get('results').length : reply[0])
const near = `'*=>[KNN 3 @v $BLOB]'`
const searched: Really = ({ path, sent, answered }) => ({
  operation: path,
  top_k: Number(/KNN (\d+)/.exec(sent[2])?.[1]),
  results: rowsIn(answered),
})
const floats = 'Buffer.from(Float32Array.from({ length: 8 }, (_, i) => Math.sin(i + 1)).buffer)'

const command =
  (operation: string): Really =>
  () => ({ operation })
/** Of both clients of Redis: a hash that holds a vector, and any other command. */
const redisRows = (set: string): readonly Row[] => [
  ['vector_store.upsert', set, command('hset')],
  ['database.query', `client.get('a')`, command('get')],
  ['vector_store.search', `search('missing')`, ({ path }) => ({ operation: path })],
]

/** Stand-ins of a protocol of their own. */
export const wires: Family = {
  mongodb: {
    server: mongodbServer,
    imports: [['{ MongoClient }', 'mongodb']],
    setUp: `
      const client = new MongoClient(url)
      const docs = client.db('private').collection('docs')
      const near = [{ $vectorSearch: { index: 'i', path: 'v', queryVector: [1, 2], limit: 3, numCandidates: 50 } }]`,
    rows: [
      ['database.connect', 'new MongoClient(url).connect().then((one) => one.close())', '{}'],
      ['database.manage', 'docs.createIndex({ private: 1 })', ({ sent }) => ({ collection: sent.createIndexes })],
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
      ['database.manage', `client.sendCommand(['FT.INFO', 'docs'])`, ({ sent }) => ({ collection: sent[1] })],
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
    rows: [
      ['database.manage', `client.call('FT.INFO', 'docs')`, ({ sent }) => ({ collection: sent[1] })],
      ['vector_store.search', `search('docs')`, searched],
      ...redisRows(`client.hset('a', { v: floats })`),
    ],
    end: 'client.disconnect()',
  },
}

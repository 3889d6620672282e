import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, formats, type Import, run, sets } from '../support/application.ts'
import { delayed } from '../support/delayed.ts'
import { mongodbServer } from '../support/mongodb-server.ts'
import { mysqlServer } from '../support/mysql-server.ts'
import { neo4jServer } from '../support/neo4j-server.ts'
import { pgServer } from '../support/pg-server.ts'
import { redisServer } from '../support/redis-server.ts'

/** Each answer of a server takes this long; timers of Node may be a millisecond early. */
const delayMs = 60
const least = (answers: number) => answers * (delayMs - 2)

interface Server {
  readonly port: number
  close(): Promise<void>
}
const portOf = async (made: Promise<{ readonly url: string; close(): Promise<void> }>): Promise<Server> => {
  const { url, close } = await made
  return { port: Number(new URL(url).port), close }
}
const redis = () => portOf(redisServer())
const neo4j = () => portOf(neo4jServer())
const mysql = () => portOf(mysqlServer())
const mongodb = () => portOf(mongodbServer())
const pg = async (): Promise<Server> => {
  const { connection, close } = await pgServer()
  return { port: JSON.parse(connection).port, close }
}
const pgAt = (port: number) => `{ host: '127.0.0.1', port: ${port}, user: 'postgres', database: 'postgres' }`

interface Cursor {
  readonly it: string
  readonly server: () => Promise<Server>
  readonly imports: readonly Import[]
  /** Prints how many rows it read. */
  readonly body: (port: number) => string
  /** The answers that its one call waited for, and the rows in them. */
  readonly answers: number
  readonly results: number
}

const cursors: readonly Cursor[] = [
  {
    it: 'a cursor of mongodb',
    server: mongodb,
    imports: [['{ MongoClient }', 'mongodb']],
    body: (port) => `
      const client = new MongoClient('mongodb://127.0.0.1:${port}/?directConnection=true')
      const docs = client.db('private').collection('docs')
      print((await docs.find({}, { batchSize: 2 }).toArray()).length)
      await client.close()`,
    answers: 3,
    results: 5,
  },
  {
    it: 'a stream of pg-query-stream',
    server: pg,
    imports: [
      ['{ Client }', 'pg'],
      ['QueryStream', 'pg-query-stream'],
    ],
    body: (port) => `
      const client = new Client(${pgAt(port)})
      await new Promise((done) => client.connect(done))
      let seen = 0
      const many = 'SELECT i FROM generate_series(1, 7) AS i'
      for await (const row of client.query(new QueryStream(many, [], { batchSize: 2 }))) seen++
      print(seen)
      await client.end()`,
    answers: 4,
    results: 7,
  },
]

interface Pool {
  readonly it: string
  readonly server: () => Promise<Server>
  readonly imports: readonly Import[]
  /** Makes a pool of one connection, `pool`. */
  readonly setUp: (port: number) => string
  /** Calls that wait for it, and each for one answer or more. */
  readonly calls: readonly string[]
  readonly tearDown: string
  /** Answers that the first of them waits for, where that is not free yet. */
  readonly before?: number
}

const pools: readonly Pool[] = [
  {
    it: 'pg',
    server: pg,
    imports: [['{ Pool }', 'pg']],
    setUp: (port) => `const pool = new Pool({ ...${pgAt(port)}, max: 1 })`,
    calls: [
      `pool.query('SELECT 1')`,
      `new Promise((resolve) => pool.query('SELECT 1', resolve))`,
      `pool.query({ text: 'SELECT $1::int', values: [1] })`,
      `new Promise((resolve) => pool.query('SELECT $1::int', [1], resolve))`,
      `pool.query('SELECT nothing').catch(() => {})`,
    ],
    tearDown: 'await pool.end()',
  },
  {
    it: 'mysql2',
    server: mysql,
    imports: [['mysql', 'mysql2']],
    setUp: (port) => `
      const url = 'mysql://private:private@127.0.0.1:${port}/private'
      const pool = mysql.createPool({ uri: url, connectionLimit: 1 })
      const promised = pool.promise()
      const called = (name) => new Promise((resolve) => pool[name]('SELECT 1', resolve))`,
    calls: [
      `promised.query('SELECT 1')`,
      `promised.execute('SELECT 1')`,
      `called('query')`,
      `called('execute')`,
      `new Promise((resolve) => pool.query('SELECT 1').on('end', resolve))`,
    ],
    tearDown: 'await promised.end()',
  },
  {
    it: 'a cluster of mysql2',
    server: mysql,
    imports: [['mysql', 'mysql2']],
    setUp: (port) => `
      const cluster = mysql.createPoolCluster()
      cluster.add('only', { uri: 'mysql://private:private@127.0.0.1:${port}/private', connectionLimit: 1 })
      const pool = cluster.of('*')
      const called = (name) => new Promise((resolve) => pool[name]('SELECT 1', resolve))`,
    calls: [`called('query')`, `called('execute')`, `called('query')`, `called('execute')`, `called('query')`],
    tearDown: 'await new Promise((resolve) => cluster.end(resolve))',
  },
  {
    it: 'mongodb',
    server: mongodb,
    imports: [['{ MongoClient }', 'mongodb']],
    setUp: (port) => `
      const client = new MongoClient('mongodb://127.0.0.1:${port}/?directConnection=true&maxPoolSize=1')
      const docs = client.db('private').collection('docs')`,
    calls: [
      'docs.find({}).toArray()',
      'docs.insertOne({ _id: 1 })',
      'docs.aggregate([{ $limit: 1 }]).toArray()',
      'docs.deleteMany({})',
      'docs.findOne({})',
    ],
    tearDown: 'await client.close()',
  },
  {
    it: 'postgres',
    server: pg,
    imports: [['postgres', 'postgres']],
    setUp: (port) => `
      // Its queries would be sent one upon the other.
      const pool = postgres({ ...${pgAt(port)}, max: 1, max_pipeline: 0, fetch_types: false, prepare: false })`,
    calls: Array(5).fill('pool`SELECT 1`'),
    tearDown: 'await pool.end()',
  },
  {
    it: 'redis',
    server: redis,
    imports: [['{ createClientPool }', 'redis']],
    setUp: (port) => `
      const pool = await createClientPool({ url: 'redis://127.0.0.1:${port}' }, { maximum: 1 }).on('error', () => {}).connect()`,
    calls: [
      `pool.get('private')`,
      `pool.sendCommand(['GET', 'private'])`,
      `pool.execute((client) => client.get('private'))`,
      `pool.multi().get('private').exec()`,
      `pool.get('private')`,
    ],
    tearDown: 'pool.destroy()',
  },
  {
    it: 'ioredis, until it is connected',
    server: redis,
    imports: [['{ Redis }', 'ioredis']],
    setUp: (port) => `const client = new Redis(${port}, '127.0.0.1')`,
    calls: [`client.get('private')`],
    tearDown: 'client.disconnect()',
    before: 1,
  },
  {
    it: 'neo4j',
    server: neo4j,
    imports: [['neo4j', 'neo4j-driver']],
    setUp: (port) => `
      const driver = neo4j.driver('bolt://127.0.0.1:${port}', neo4j.auth.basic('neo4j', 'private'), { maxConnectionPoolSize: 1 })
      const read = async (session) => { await session.run('RETURN 1'); await session.close() }`,
    calls: [
      'read(driver.session())',
      `driver.executeQuery('RETURN 1', {}, { database: 'private' })`,
      'read(driver.session())',
      `driver.executeQuery('RETURN 1', {}, { database: 'private' })`,
      'read(driver.session())',
    ],
    tearDown: 'await driver.close()',
  },
]

/** Pools of one connection, with less patience than its server needs for an answer; two calls at once. */
const impatient: readonly (Omit<Pool, 'calls'> & { readonly call: string; readonly error: string })[] = [
  {
    it: 'mongodb',
    server: mongodb,
    imports: [['{ MongoClient }', 'mongodb']],
    setUp: (port) => `
      const client = new MongoClient('mongodb://127.0.0.1:${port}/?directConnection=true&maxPoolSize=1&waitQueueTimeoutMS=20')
      const docs = client.db('private').collection('docs')
      while ((await docs.findOne({}).catch(() => undefined)) === undefined);
      `,
    call: 'docs.find({}).toArray()',
    tearDown: 'await client.close()',
    error: 'WaitQueueTimeoutError',
  },
  {
    it: 'neo4j',
    server: neo4j,
    imports: [['neo4j', 'neo4j-driver']],
    setUp: (port) => `
      const options = { maxConnectionPoolSize: 1, connectionAcquisitionTimeout: 20 }
      const driver = neo4j.driver('bolt://127.0.0.1:${port}', neo4j.auth.basic('neo4j', 'private'), options)
      const read = async (session = driver.session()) => { try { await session.run('RETURN 1') } finally { await session.close() } }
      while (!(await read().then(() => true, () => false)));`,
    call: 'read()',
    tearDown: 'await driver.close()',
    error: 'Neo4jError',
  },
]

for (const packages of sets)
  describe(`the time that callers wait, ${packages}`, () => {
    for (const { imports, ...one } of cursors)
      for (const format of formats)
        it(`is all that ${one.it} takes, ${format}`, async () => {
          const server = await one.server()
          const slow = await delayed(server.port, delayMs)
          try {
            const { records, printed, stderr } = await run({
              ...{ packages, format, imports, config: everything, body: one.body(slow.port) },
            })

            assert.deepEqual(printed, [one.results], stderr)
            const reading = records.filter(({ name }) => name !== 'database.connect')
            assert.equal(reading.length, 1)
            const [{ duration_ms, metadata }] = reading
            assert.equal(metadata.results, one.results)
            assert.ok(duration_ms >= least(one.answers), `${duration_ms} for ${one.answers} answers`)
          } finally {
            await slow.close()
            await server.close()
          }
        })

    it('is told of management calls where these alone are among the targets', async () => {
      const server = await mongodb()
      const slow = await delayed(server.port, delayMs)
      try {
        const { records, stderr } = await run({
          ...{ packages, imports: [['{ MongoClient }', 'mongodb']] },
          config: { ...everything, targets: ['database.manage'] },
          body: `
            const client = new MongoClient('mongodb://127.0.0.1:${slow.port}/?directConnection=true&maxPoolSize=1')
            const docs = client.db('private').collection('docs')
            await docs.createIndex({ a: 1 })
            await Promise.all([docs.createIndex({ b: 1 }), docs.createIndex({ c: 1 })])
            await client.close()`,
        })
        const waits = records.map(({ metadata }) => metadata.pool_wait_ms).sort((one, other) => one - other)

        assert.equal(waits.length, 3, stderr)
        assert.ok(waits[2] >= least(1), `${waits}`)
      } finally {
        await slow.close()
        await server.close()
      }
    })

    for (const { imports, ...one } of impatient)
      it(`ends where there is no connection in time, of ${one.it}`, async () => {
        const server = await one.server()
        const slow = await delayed(server.port, delayMs)
        try {
          const body = `
            ${one.setUp(slow.port)}
            print((await Promise.allSettled([${one.call}, ${one.call}])).map(({ status }) => status))
            ${one.tearDown}`
          const { records, printed, stderr } = await run({ packages, imports, config: everything, body })

          assert.deepEqual(printed, [['fulfilled', 'rejected']], stderr)
          const [{ duration_ms, metadata, error }] = records.slice(-2)
          assert.equal(error, one.error)
          assert.ok(metadata.pool_wait_ms >= 18, `${metadata.pool_wait_ms}`)
          assert.ok(metadata.pool_wait_ms <= duration_ms)
        } finally {
          await slow.close()
          await server.close()
        }
      })

    for (const { imports, ...one } of pools)
      for (const format of formats)
        it(`is that for a connection too, of ${one.it}, ${format}`, async () => {
          const server = await one.server()
          const slow = await delayed(server.port, delayMs)
          try {
            const body = `
              ${one.setUp(slow.port)}
              await Promise.all([${one.calls.join(', ')}])
              ${one.tearDown}`
            const { records: all, stderr } = await run({ packages, format, imports, config: everything, body })
            const records = all.filter(({ name }) => name !== 'database.connect')

            assert.deepEqual(
              records.map(({ name }) => name),
              one.calls.map(() => 'database.query'),
              stderr,
            )
            const waits = records.map(({ duration_ms, metadata }) => [metadata.pool_wait_ms, duration_ms] as const)
            for (const [i, [wait, duration]] of waits.sort(([one], [other]) => one - other).entries()) {
              assert.ok(wait <= duration, `${wait} of ${duration}`)
              assert.ok(wait >= least(i + (one.before ?? 0)), `waited ${wait} after ${i} others`)
              assert.ok(duration >= least(i + 1), `took ${duration} after ${i} others`)
            }
          } finally {
            await slow.close()
            await server.close()
          }
        })
  })

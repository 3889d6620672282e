import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, formats, type Import, run, sets } from '../support/application.ts'
import { delayed } from '../support/delayed.ts'
import { mongodbServer } from '../support/mongodb-server.ts'
import { mysqlServer } from '../support/mysql-server.ts'
import { pgServer } from '../support/pg-server.ts'

/** Each answer of a server takes this long; timers of Node may be a millisecond early. */
const delayMs = 60
const least = (answers: number) => answers * (delayMs - 2)

interface Server {
  readonly port: number
  close(): Promise<void>
}
const mongodb = async (): Promise<Server> => {
  const { url, close } = await mongodbServer()
  return { port: Number(new URL(url).port), close }
}
const mysql = async (): Promise<Server> => {
  const { url, close } = await mysqlServer()
  return { port: Number(new URL(url).port), close }
}
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
      await client.connect()
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
            assert.equal(records.length, 1)
            const [{ duration_ms, metadata }] = records
            assert.equal(metadata.results, one.results)
            assert.ok(duration_ms >= least(one.answers), `${duration_ms} for ${one.answers} answers`)
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
            const { records, stderr } = await run({ packages, format, imports, config: everything, body })

            assert.deepEqual(
              records.map(({ name }) => name),
              one.calls.map(() => 'database.query'),
              stderr,
            )
            const waits = records.map(({ duration_ms, metadata }) => [metadata.pool_wait_ms, duration_ms] as const)
            for (const [i, [wait, duration]] of waits.sort(([one], [other]) => one - other).entries()) {
              assert.ok(wait <= duration, `${wait} of ${duration}`)
              assert.ok(wait >= least(i), `waited ${wait} after ${i} others`)
              assert.ok(duration >= least(i + 1), `took ${duration} after ${i} others`)
            }
          } finally {
            await slow.close()
            await server.close()
          }
        })
  })

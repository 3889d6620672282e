import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, formats, type Import, run, sets } from '../support/application.ts'
import { delayed } from '../support/delayed.ts'
import { mongodbServer } from '../support/mongodb-server.ts'
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
  })

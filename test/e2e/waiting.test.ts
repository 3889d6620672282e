import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, formats, type Import, run, sets } from '../support/application.ts'
import { mongodbServer } from '../support/mongodb-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
type Any = any

/** Each answer takes this long; timers of Node may be a millisecond early. */
const delayMs = 60
const least = (answers: number) => answers * (delayMs - 2)

interface Cursor {
  readonly it: string
  readonly server: () => Promise<{ close(): Promise<void> }>
  readonly imports: readonly Import[]
  readonly body: (server: Any) => string
  /** The answers that its one call waited for, and the rows in them. */
  readonly answers: number
  readonly results: number
}

const cursors: readonly Cursor[] = [
  {
    it: 'a cursor of mongodb',
    server: () => mongodbServer({ delayMs }),
    imports: [['{ MongoClient }', 'mongodb']],
    body: ({ url }) => `
      const client = new MongoClient('${url}')
      const docs = client.db('private').collection('docs')
      print((await docs.find({}, { batchSize: 2 }).toArray()).length)
      await client.close()`,
    answers: 3,
    results: 5,
  },
]

for (const packages of sets)
  describe(`the time that callers wait, ${packages}`, () => {
    for (const one of cursors)
      for (const format of formats)
        it(`is all that ${one.it} takes, ${format}`, async () => {
          const server = await one.server()
          try {
            const { imports } = one
            const { records, printed, stderr } = await run({
              ...{ packages, format, imports, config: everything, body: one.body(server) },
            })

            assert.deepEqual(printed, [one.results], stderr)
            assert.equal(records.length, 1)
            const [{ duration_ms, metadata }] = records
            assert.equal(metadata.results, one.results)
            assert.ok(duration_ms >= least(one.answers), `${duration_ms} for ${one.answers} answers`)
          } finally {
            await server.close()
          }
        })
  })

import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Values } from '../../../agent/config/group.ts'
import { choice, number, text } from '../../../agent/config/option.ts'
import { type Given, store } from './adapter.ts'

const settings = {
  driver: choice(
    'better-sqlite3',
    ['better-sqlite3', 'node:sqlite'],
    'The client of SQLite; `node:sqlite` is in Node itself, from 22.13 on.',
  ),
  path: text('', 'The SQLite file of a `table` that is there.'),
  table: text(
    '',
    'A `vec0` table that is there already, which is searched as it is; empty makes one of the documents.',
  ),
  id: text('id', 'The column with the ids of a table that is there.'),
  vector: text('vector', 'Its column with the vectors.'),
  element: choice('float', ['float', 'int8', 'bit'], 'How vectors are stored in the table that is made.'),
  chunk_size: number(
    0,
    'Vectors of one chunk of the table that is made, a multiple of 8; 0 leaves it to sqlite-vec.',
    0,
    1_000_000,
    true,
  ),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `better-sqlite3` and `node:sqlite`. */
interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): void
}
interface Statement {
  run(...values: readonly unknown[]): unknown
  all(...values: readonly unknown[]): readonly Readonly<Record<string, unknown>>[]
}
interface Extension {
  load(database: Database): void
}

const distances = { cosine: 'cosine', euclidean: 'L2', dot: '' } as const

export const sqliteVec = store({
  packages: ({ driver }) => (driver === 'better-sqlite3' ? [driver, 'sqlite-vec'] : ['sqlite-vec']),
  settings,
  metrics: ['cosine', 'euclidean'],
  isThere: ({ table }) => table !== '',
  async build(given: Mine, documents) {
    const { settings, name, metric, dimensions } = given
    const { element, chunk_size } = settings
    const path = join(given.folder, 'vectors.db')
    const database = await openDatabase(given, path)
    const columns = [
      'id TEXT PRIMARY KEY',
      // Bits have one distance, which is the default.
      `vector ${element}[${dimensions}]${element === 'bit' ? '' : ` distance_metric=${distances[metric]}`}`,
      ...(chunk_size > 0 ? [`chunk_size=${chunk_size}`] : []),
    ]
    database.exec(`DROP TABLE IF EXISTS ${quoted(name)}`)
    database.exec(`CREATE VIRTUAL TABLE ${quoted(name)} USING vec0(${columns.join(', ')})`)
    const insert = database.prepare(`INSERT INTO ${quoted(name)} VALUES (?, ${encoded(element)})`)
    database.exec('BEGIN')
    for (const one of documents) insert.run(one.id, bytesOf(one.vector))
    database.exec('COMMIT')
    database.close()
    return { bytes: statSync(path).size }
  },
  async open(given: Mine) {
    const { settings, metric } = given
    const { element, table } = settings
    const [id, column] = table === '' ? ['id', 'vector'] : [settings.id, settings.vector]
    const database = await openDatabase(given, table === '' ? join(given.folder, 'vectors.db') : settings.path)
    const of = `SELECT ${quoted(id)} AS id, distance FROM ${quoted(table || given.name)}`
    const search = database.prepare(`${of} WHERE ${quoted(column)} MATCH ${encoded(element)} AND k = ?`)
    // That of bits counts those that differ.
    const score = (distance: number) => (metric === 'cosine' ? 1 - distance : distance)
    return {
      search: async (vector, k) =>
        search.all(bytesOf(vector), k).map((row) => ({ id: String(row.id), score: score(Number(row.distance)) })),
      close: async () => database.close(),
    }
  },
})

async function openDatabase({ settings, load }: Mine, path: string): Promise<Database> {
  const sqliteVec = await load<Extension>('sqlite-vec')
  const open = async () => {
    if (settings.driver === 'better-sqlite3')
      return new (await load<new (path: string) => Database>('better-sqlite3'))(path)
    const { DatabaseSync } = await load<{ DatabaseSync: new (path: string, options: object) => Database }>(
      'node:sqlite',
    )
    return new DatabaseSync(path, { allowExtension: true })
  }
  const database = await open()
  sqliteVec.load(database)
  return database
}

const encoded = (element: 'float' | 'int8' | 'bit') =>
  ({ float: '?', int8: "vec_quantize_int8(?, 'unit')", bit: 'vec_quantize_binary(?)' })[element]
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength)

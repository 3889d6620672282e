import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Values } from '../../../agent/config/group.ts'
import { choice, number, text } from '../../../agent/config/option.ts'
import { type Given, store } from './adapter.ts'

const settings = {
  path: text('', 'The DuckDB file of a `table` that is there.'),
  table: text('', 'A table that is there already, which is searched as it is; empty makes one of the documents.'),
  id: text('id', 'The column with the ids of a table that is there.'),
  vector: text('vector', 'Its column with the vectors, of type `FLOAT[n]`.'),
  index: choice(
    'none',
    ['none', 'hnsw'],
    'Of the table that is made; `none` searches exhaustively, `hnsw` needs the extension `vss`, installed in DuckDB.',
  ),
  m: number(0, 'Of an HNSW index; 0 leaves it to `vss`.', 0, 1000, true),
  ef_construction: number(0, 'Of an HNSW index; 0 leaves it to `vss`.', 0, 100_000, true),
  ef_search: number(0, 'Candidates of a search in an HNSW index; 0 leaves it to `vss`.', 0, 100_000, true),
  threads: number(0, 'Of DuckDB; 0 leaves it to DuckDB.', 0, 10_000, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@duckdb/node-api`. */
interface Duck {
  readonly DuckDBInstance: { create(path: string, options: Readonly<Record<string, string>>): Promise<Instance> }
  arrayValue(numbers: readonly number[]): unknown
  ARRAY(of: unknown, length: number): unknown
  readonly FLOAT: unknown
}
interface Instance {
  connect(): Promise<Connection>
  closeSync(): void
}
interface Connection {
  run(sql: string): Promise<unknown>
  runAndReadAll(
    sql: string,
    values: readonly unknown[],
  ): Promise<{ getRowObjects(): Readonly<Record<string, unknown>>[] }>
  createAppender(table: string): Promise<Appender>
  closeSync(): void
}
interface Appender {
  appendVarchar(value: string): void
  appendArray(value: unknown, type: unknown): void
  endRow(): void
  closeSync(): void
}

const packageName = '@duckdb/node-api'
const functions = {
  cosine: 'array_cosine_distance',
  dot: 'array_negative_inner_product',
  euclidean: 'array_distance',
} as const
const metrics = { cosine: 'cosine', dot: 'ip', euclidean: 'l2sq' } as const

export const duckdb = store({
  packages: () => [packageName],
  settings,
  isThere: ({ table }) => table !== '',
  async build(given: Mine, documents) {
    const { settings, name, metric, dimensions, folder } = given
    const { arrayValue, ARRAY, FLOAT } = await given.load<Duck>(packageName)
    const path = join(folder, 'vectors.duckdb')
    const { connection, close } = await openFile(given, path)
    await connection.run(`CREATE OR REPLACE TABLE ${quoted(name)} (id VARCHAR, vector FLOAT[${dimensions}])`)
    const appender = await connection.createAppender(name)
    const type = ARRAY(FLOAT, dimensions)
    for (const { id, vector } of documents) {
      appender.appendVarchar(id)
      appender.appendArray(arrayValue(Array.from(vector)), type)
      appender.endRow()
    }
    appender.closeSync()
    if (settings.index === 'hnsw') {
      const { m, ef_construction } = settings
      const set = [
        `metric = '${metrics[metric]}'`,
        ...(m > 0 ? [`M = ${m}`] : []),
        ...(ef_construction > 0 ? [`ef_construction = ${ef_construction}`] : []),
      ]
      await connection.run('SET hnsw_enable_experimental_persistence = true')
      await connection.run(`CREATE INDEX near ON ${quoted(name)} USING HNSW (vector) WITH (${set.join(', ')})`)
    }
    close()
    return { bytes: statSync(path).size }
  },
  async open(given: Mine) {
    const { settings, metric, dimensions, folder } = given
    const { arrayValue } = await given.load<Duck>(packageName)
    const isThere = settings.table !== ''
    const { table, id, vector } = isThere ? settings : { table: given.name, id: 'id', vector: 'vector' }
    const path = isThere ? settings.path : join(folder, 'vectors.duckdb')
    const { connection, close } = await openFile(given, path, { access_mode: 'READ_ONLY' })
    if (settings.ef_search > 0) await connection.run(`SET hnsw_ef_search = ${settings.ef_search}`)
    const distance = `${functions[metric]}(${quoted(vector)}, $1::FLOAT[${dimensions}])`
    const sql = `SELECT ${quoted(id)} AS id, ${distance} AS distance FROM ${quoted(table)} ORDER BY distance LIMIT $2`
    const score = { cosine: (far: number) => 1 - far, dot: (far: number) => -far, euclidean: (far: number) => far }[
      metric
    ]
    return {
      async search(near, k) {
        const found = await connection.runAndReadAll(sql, [arrayValue(Array.from(near)), k])
        return found.getRowObjects().map((row) => ({ id: String(row.id), score: score(Number(row.distance)) }))
      },
      close: async () => close(),
    }
  },
})

async function openFile({ settings, load }: Mine, path: string, options: Readonly<Record<string, string>> = {}) {
  const { DuckDBInstance } = await load<Duck>(packageName)
  const { threads, index } = settings
  const instance = await DuckDBInstance.create(path, { ...options, ...(threads > 0 && { threads: String(threads) }) })
  const connection = await instance.connect()
  const close = () => {
    connection.closeSync()
    instance.closeSync()
  }
  if (index === 'hnsw') await connection.run('LOAD vss')
  return { connection, close }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

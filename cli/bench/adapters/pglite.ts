import { join } from 'node:path'
import type { Values } from '../../../agent/config/group.ts'
import { text } from '../../../agent/config/option.ts'
import { type Given, store } from './adapter.ts'
import { fill, pgvectorSettings, type Query, searching, sessionSql } from './pgvector-sql.ts'

const settings = { data_dir: text('', 'The folder of the database of a `table` that is there.'), ...pgvectorSettings }
type Mine = Given<Values<typeof settings>>

/** What is used of `@electric-sql/pglite`. */
interface Database {
  query: Query
  exec(sql: string): Promise<unknown>
  close(): Promise<void>
}
type Package = { readonly PGlite: { create(options: object): Promise<Database> } }

const [packageName, extensionName] = ['@electric-sql/pglite', '@electric-sql/pglite-pgvector']

export const pglite = store({
  packages: () => [packageName, extensionName],
  settings,
  isThere: ({ table }) => table !== '',
  async build(given: Mine, documents) {
    const database = await openDatabase(given)
    await database.exec('CREATE EXTENSION IF NOT EXISTS vector')
    const built = await fill(database.query.bind(database), given, documents)
    await database.close()
    return built
  },
  async open(given: Mine) {
    const database = await openDatabase(given)
    // Its settings are known once it is loaded.
    await database.exec(`LOAD 'vector'; ${sessionSql(given.settings)}`)
    return { search: searching(database.query.bind(database), given), close: () => database.close() }
  },
})

async function openDatabase({ settings, folder, load }: Mine): Promise<Database> {
  const { PGlite } = await load<Package>(packageName)
  // Until 0.5 the extension came with it.
  const { vector } = await load<{ vector: unknown }>(`${packageName}/vector`).catch(() =>
    load<{ vector: unknown }>(extensionName),
  )
  const dataDir = settings.table === '' ? join(folder, 'postgres') : settings.data_dir
  return PGlite.create({ dataDir, extensions: { vector } })
}

import type { Values } from '../../../agent/config/group.ts'
import { number, secret } from '../../../agent/config/option.ts'
import { type Given, store } from './adapter.ts'
import { fill, pgvectorSettings, type Query, quoted, searching, sessionSql } from './pgvector-sql.ts'

const settings = {
  url: secret('The database, as `postgres://…`, which has the extension; empty for what `PGHOST` and its like say.'),
  connections: number(10, 'Of the pool, at most.', 1, 10_000, true),
  ...pgvectorSettings,
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `pg`. */
interface Pool {
  query: Query
  on(event: 'error', listener: () => void): unknown
  end(): Promise<void>
}
interface Client {
  query(sql: string, done: (error: Error | null) => void): void
}
type Package = { readonly Pool: new (options: object) => Pool }

export const pgvector = store({
  packages: () => ['pg'],
  settings,
  isThere: ({ table }) => table !== '',
  build: (given: Mine, documents) => withPool(given, (pool) => fill(pool.query.bind(pool), given, documents)),
  async open(given: Mine) {
    const pool = await openPool(given)
    return { search: searching(pool.query.bind(pool), given), close: () => pool.end() }
  },
  remove: (given: Mine) =>
    withPool(given, async (pool) => void (await pool.query(`DROP TABLE IF EXISTS ${quoted(given.name)}`))),
})

async function openPool({ settings, load }: Mine): Promise<Pool> {
  const { Pool } = await load<Package>('pg')
  const { url, connections } = settings
  const session = sessionSql(settings)
  const pool = new Pool({
    ...(url !== '' && { connectionString: url }),
    max: connections,
    // Before a new connection is given out.
    ...(session !== '' && {
      verify: (client: Client, done: (error: Error | null) => void) => client.query(session, done),
    }),
  })
  // A connection that is lost while nobody uses it: the next search makes another, or fails.
  pool.on('error', () => {})
  return pool
}

async function withPool<T>(given: Mine, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = await openPool(given)
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}

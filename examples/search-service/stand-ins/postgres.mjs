import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

/** Speaks Postgres's protocol on a free loopback port; the data is in memory. */
export async function listenPostgres() {
  const db = await PGlite.create({ extensions: { vector } })
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1' })
  await server.start()
  return `postgres://postgres@${server.getServerConn()}/postgres`
}

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './application.ts'

export interface PgServer {
  /** For `new Client(…)` and `new Pool(…)`, as JSON. */
  readonly connection: string
  close(): Promise<void>
}

interface Database {
  exec(sql: string): Promise<unknown>
  close(): Promise<void>
}
interface SocketServer {
  start(): Promise<void>
  stop(): Promise<void>
  getServerConn(): string
}

/** A real Postgres with pgvector, in this process, spoken to over a loopback socket. It takes seconds to start. */
export async function pgServer(): Promise<PgServer> {
  // The packages are the same for every Node, and this process' own module hooks are none.
  const require = createRequire(join(root, 'test', 'packages', 'previous', 'package.json'))
  const { PGlite } = require('@electric-sql/pglite') as { PGlite: { create(options: object): Promise<Database> } }
  const { vector } = require('@electric-sql/pglite-pgvector')
  const { PGLiteSocketServer } = require('@electric-sql/pglite-socket') as {
    PGLiteSocketServer: new (options: object) => SocketServer
  }

  const db = await PGlite.create({ extensions: { vector } })
  await db.exec('CREATE EXTENSION vector')
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 10 })
  await server.start()
  const [host, port] = server.getServerConn().split(':')
  return {
    connection: JSON.stringify({ host, port: Number(port), user: 'postgres', database: 'postgres' }),
    async close() {
      await server.stop()
      await db.close()
    },
  }
}

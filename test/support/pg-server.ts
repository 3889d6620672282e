import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net'
import { join } from 'node:path'
import { type PackageSet, root } from './application.ts'

export interface PgServer {
  /** For `new Client(…)` and `new Pool(…)`, as JSON. */
  readonly connection: string
  close(): Promise<void>
}

interface Database {
  exec(sql: string): Promise<unknown>
  close(): Promise<void>
  dumpDataDir(compression: 'none'): Promise<Blob>
}
interface SocketServer {
  start(): Promise<void>
  stop(): Promise<void>
  getServerConn(): string
}

/**
 * The same for clients that send a statement in parts: connections are served one after the other, since PGlite is one
 * session, in which the parts of several would mix.
 */
export async function pgServerInTurn(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const inner = await pgServer()
  const waiting: Socket[] = []
  let busy = false
  const next = () => {
    const client = busy ? undefined : waiting.shift()
    if (client === undefined) return
    busy = true
    const upstream = open(JSON.parse(inner.connection))
    client.on('error', () => {}).on('close', () => upstream.destroy())
    upstream
      .on('error', () => {})
      .on('close', () => {
        client.destroy()
        busy = false
        next()
      })
    client.pipe(upstream).pipe(client)
  }
  const server = createServer({ noDelay: true }, (socket) => {
    waiting.push(socket)
    next()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `postgres://postgres@127.0.0.1:${(server.address() as AddressInfo).port}/postgres`,
    async close() {
      server.close()
      await inner.close()
    },
  }
}

/** A real Postgres with pgvector, in this process, spoken to over a loopback socket. */
export async function pgServer(): Promise<PgServer> {
  const { require, PGlite } = packagesOf('previous')
  const { vector } = require('@electric-sql/pglite-pgvector')
  const { PGLiteSocketServer } = require('@electric-sql/pglite-socket') as {
    PGLiteSocketServer: new (options: object) => SocketServer
  }

  const loadDataDir = new Blob([readFileSync(await pgFiles('previous'))])
  const db = await PGlite.create({ extensions: { vector }, loadDataDir })
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

/**
 * The files of an empty Postgres, for `loadDataDir`. Making them takes PGlite seconds of processor time, so they are made
 * once, with that version; loading them takes a tenth.
 */
export async function pgFiles(packages: PackageSet): Promise<string> {
  const { PGlite, version } = packagesOf(packages)
  const file = join(root, 'dist', `postgres-${version}.tar`)
  if (existsSync(file)) return file
  const db = await PGlite.create()
  const files = await db.dumpDataDir('none')
  await db.close()
  // Other tests may be at it too: the last one's stays.
  const own = `${file}.${process.pid}`
  writeFileSync(own, new Uint8Array(await files.arrayBuffer()))
  renameSync(own, file)
  return file
}

/** The packages are the same for every Node, and this process' own module hooks are none. */
function packagesOf(packages: PackageSet) {
  const folder = join(root, 'test', 'packages', packages)
  const require = createRequire(join(folder, 'package.json'))
  const { PGlite } = require('@electric-sql/pglite') as { PGlite: { create(options?: object): Promise<Database> } }
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/@electric-sql/pglite/package.json'), 'utf8'))
  return { require, PGlite, version }
}

import { sets } from '../application.ts'
import { neonServer } from '../neon-server.ts'
import { type PgServer, pgFiles, pgServer } from '../pg-server.ts'
import type { Family, Row } from './row.ts'
import { type Dialect, earlier, quoted, rowsOf, vectors } from './statements.ts'

const pg: Dialect = {
  near: `SELECT id FROM docs ORDER BY e <-> '[1,2,3]' LIMIT 2`,
  insert: vectors((vector) => `'${vector}'`),
  remove: `DELETE FROM docs WHERE e <-> '[7,8,9]' < 2`,
}
const filled = `DROP TABLE IF EXISTS docs; CREATE TABLE docs (id int PRIMARY KEY, e vector(3)); ${earlier(pg.insert)}`
const connect: Row = ['database.connect', 'pool.connect().then((one) => one.release())', '{}']
let running: Promise<PgServer> | undefined
let users = 0
/** The same for those that use it one after the other: it takes the most time of all. */
async function onePostgres() {
  users++
  running ??= pgServer()
  const { connection, close } = await running
  return { url: connection, close: async () => void (--users === 0 && (await close())) }
}

/** Postgres, and its drivers. */
export const postgres: Family = {
  pg: {
    server: onePostgres,
    imports: [['pgs', 'pg']],
    setUp: `
      const pool = new pgs.Pool({ ...JSON.parse(url), max: 1 })
      await pool.query(${quoted(filled)})`,
    held: `(await pool.query('SELECT count(*)::int AS n FROM docs')).rows[0].n`,
    rows: [...rowsOf(pg, { ask: (text) => `pool.query(${quoted(text)})`, rows: 'result.rows.length' }), connect],
    end: 'await pool.end()',
  },
  postgres: {
    server: onePostgres,
    imports: [['postgres', 'postgres']],
    setUp: `
      const { user: username, ...at } = JSON.parse(url)
      const sql = postgres({ ...at, username, max: 1, onnotice() {} })
      await sql.unsafe(${quoted(filled)})`,
    held: `(await sql.unsafe('SELECT count(*)::int AS n FROM docs'))[0].n`,
    rows: rowsOf(pg, { ask: (text) => `sql.unsafe(${quoted(text)})`, rows: 'result.length' }),
    end: 'await sql.end()',
  },
  pglite: {
    server: async () => ({ url: await pgFiles(sets[0] ?? 'previous'), async close() {} }),
    imports: [
      ['{ PGlite }', '@electric-sql/pglite'],
      ['{ vector as pgliteVector }', '../../../previous/node_modules/@electric-sql/pglite-pgvector/dist/index.js'],
    ],
    setUp: `
      const loadDataDir = new Blob([fs_.readFileSync(url)])
      const db = await PGlite.create({ extensions: { vector: pgliteVector }, loadDataDir })
      await db.exec(${quoted(`CREATE EXTENSION vector; ${filled}`)})`,
    held: `(await db.query('SELECT count(*)::int AS n FROM docs')).rows[0].n`,
    rows: rowsOf(pg, { ask: (text) => `db.query(${quoted(text)})`, rows: 'result.rows.length' }),
    end: 'await db.close()',
  },
  neon: {
    server: () => neonServer(filled),
    imports: [
      ['{ neon, Pool as NeonPool, neonConfig }', '@neondatabase/serverless'],
      ['WebSocketOfNeon', '../../node_modules/ws/wrapper.mjs'],
    ],
    setUp: `
      const { host, port } = new URL(url)
      Object.assign(neonConfig, { fetchEndpoint: () => url + '/sql', wsProxy: () => host, useSecureWebSocket: false, pipelineConnect: false, webSocketConstructor: WebSocketOfNeon })
      const connectionString = 'postgres://postgres:private@127.0.0.1:' + port + '/postgres'
      const sql = neon(connectionString, { fullResults: true })
      const pool = new NeonPool({ connectionString, max: 1 })`,
    held: `Number((await sql.query('SELECT count(*) AS n FROM docs')).rows[0].n)`,
    rows: [...rowsOf(pg, { ask: (text) => `sql.query(${quoted(text)})`, rows: 'result.rows.length' }), connect],
    end: 'await pool.end()',
  },
}

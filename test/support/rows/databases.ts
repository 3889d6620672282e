import { sets } from '../application.ts'
import { neonServer } from '../neon-server.ts'
import { type PgServer, pgFiles, pgServer } from '../pg-server.ts'
import type { Family, Row } from './row.ts'

interface Asked {
  /** How a statement is sent, and its rows are told, as an expression over `result`. */
  readonly ask: (text: string) => string
  readonly write?: (text: string) => string
  readonly rows: string
}
interface Dialect {
  readonly near: string
  readonly insert: string
  readonly remove: string
  /** What the engine refuses: a vector of another length, where it looks at that. */
  readonly wrong?: string
}

/** The same statements of each driver: what they did is asked of the engine, before and after. */
const rowsOf = ({ near, insert, remove, wrong }: Dialect, { ask, write = ask, rows }: Asked): readonly Row[] => [
  ['vector_store.search', ask(near), `{ query_len: ${near.length}, results: ${rows} }`],
  ['vector_store.upsert', write(insert), `{ query_len: ${insert.length}, results: after - before }`],
  ['database.query', ask('SELECT id FROM docs'), '{ results: before }'],
  ['vector_store.delete', write(remove), `{ query_len: ${remove.length}, results: before - after }`],
  ['vector_store.search', ask(wrong ?? near.replace(/1, ?2, ?3/, '1')), '{}'],
]
const vectors = (of: (vector: string) => string) =>
  `INSERT INTO docs VALUES (7, ${of('[7,8,9]')}), (8, ${of('[8,9,9]')}), (9, ${of('[9,9,9]')})`
const quoted = (text: string) => JSON.stringify(text)

const pg: Dialect = {
  near: `SELECT id FROM docs ORDER BY e <-> '[1,2,3]' LIMIT 2`,
  insert: vectors((vector) => `'${vector}'`),
  remove: `DELETE FROM docs WHERE e <-> '[7,8,9]' < 2`,
}
const filled = `DROP TABLE IF EXISTS docs; CREATE TABLE docs (id int PRIMARY KEY, e vector(3)); ${pg.insert.replace(/7, |8, |9, /g, (id) => `1${id}`)}`
const lite: Dialect = {
  near: `SELECT id FROM docs ORDER BY vec_distance_L2(e, '[1,2,3]') LIMIT 2`,
  insert: vectors((vector) => `vec_f32('${vector}')`),
  remove: `DELETE FROM docs WHERE vec_distance_L2(e, '[7,8,9]') < 2`,
}
const liteTable = `CREATE TABLE docs (id INTEGER PRIMARY KEY, e BLOB)`
const liteAsked: Asked = {
  ask: (text) => `db.prepare(${quoted(text)}).all()`,
  write: (text) => `db.prepare(${quoted(text)}).run()`,
  rows: 'result.length',
}
const libsql: Dialect = {
  near: `SELECT id FROM docs ORDER BY vector_distance_cos(e, vector32('[1,2,3]')) LIMIT 2`,
  insert: vectors((vector) => `vector32('${vector}')`),
  remove: `DELETE FROM docs WHERE vector_distance_cos(e, vector32('[7,8,9]')) < 0.5`,
  wrong: `SELECT id FROM missing ORDER BY vector_distance_cos(e, vector32('[1,2,3]')) LIMIT 2`,
}
const duck: Dialect = {
  near: 'SELECT id FROM docs ORDER BY array_distance(e, [1, 2, 3]::FLOAT[3]) LIMIT 2',
  insert: vectors((vector) => `${vector}::FLOAT[3]`),
  remove: 'DELETE FROM docs WHERE array_distance(e, [7, 8, 9]::FLOAT[3]) < 2',
}
const connect: Row = ['database.connect', 'pool.connect().then((one) => one.release())', '{}']

let postgres: Promise<PgServer> | undefined
let users = 0
/** The same for those that use it one after the other: it takes the most time of all. */
async function onePostgres() {
  users++
  postgres ??= pgServer()
  const { connection, close } = await postgres
  return { url: connection, close: async () => void (--users === 0 && (await close())) }
}

/** Engines that speak SQL. */
export const databases: Family = {
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
  libsql: {
    imports: [['{ createClient as libsql }', '@libsql/client']],
    setUp: `
      const db = libsql({ url: 'file:libsql.db' })
      await db.executeMultiple('CREATE TABLE docs (id INTEGER PRIMARY KEY, e F32_BLOB(3))')
      await db.execute(${quoted(libsql.insert.replace(/7, |8, |9, /g, (id) => `1${id}`))})`,
    held: `(await db.execute('SELECT count(*) AS n FROM docs')).rows[0].n`,
    rows: rowsOf(libsql, { ask: (text) => `db.execute(${quoted(text)})`, rows: 'result.rows.length' }),
    end: 'db.close()',
  },
  'node-sqlite': {
    imports: [
      ['{ DatabaseSync }', 'node:sqlite'],
      ['* as vecOfNode', 'sqlite-vec'],
    ],
    setUp: `
      const db = new DatabaseSync(':memory:', { allowExtension: true })
      vecOfNode.load(db)
      db.exec(${quoted(liteTable)})
      db.exec(${quoted(lite.insert.replace(/7, |8, |9, /g, (id) => `1${id}`))})`,
    held: `db.prepare('SELECT count(*) AS n FROM docs').get().n`,
    rows: rowsOf(lite, liteAsked),
    end: 'db.close()',
  },
  'better-sqlite3': {
    imports: [
      ['BetterSqlite', 'better-sqlite3'],
      ['* as vecOfBetter', 'sqlite-vec'],
    ],
    setUp: `
      const db = new BetterSqlite(':memory:')
      vecOfBetter.load(db)
      db.exec(${quoted(liteTable)})
      db.exec(${quoted(lite.insert.replace(/7, |8, |9, /g, (id) => `1${id}`))})`,
    held: `db.prepare('SELECT count(*) AS n FROM docs').get().n`,
    rows: rowsOf(lite, liteAsked),
    end: 'db.close()',
  },
  duckdb: {
    imports: [['{ DuckDBInstance }', '@duckdb/node-api']],
    setUp: `
      const db = await (await DuckDBInstance.create(':memory:')).connect()
      await db.run('CREATE TABLE docs (id INTEGER, e FLOAT[3])')
      await db.run(${quoted(duck.insert.replace(/7, |8, |9, /g, (id) => `1${id}`))})`,
    held: `Number((await db.runAndReadAll('SELECT count(*) FROM docs')).getRowsJson()[0][0])`,
    rows: rowsOf(duck, {
      ask: (text) => `db.runAndReadAll(${quoted(text)})`,
      write: (text) => `db.run(${quoted(text)})`,
      rows: 'result.currentRowCount',
    }),
    end: 'db.closeSync()',
  },
}

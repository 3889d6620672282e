import type { Family } from './row.ts'
import { type Asked, type Dialect, earlier, quoted, rowsOf, vectors } from './statements.ts'

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

/** Other engines that speak SQL, in the application. */
export const databases: Family = {
  libsql: {
    imports: [['{ createClient as libsql }', '@libsql/client']],
    setUp: `
      const db = libsql({ url: 'file:libsql.db' })
      await db.executeMultiple('CREATE TABLE docs (id INTEGER PRIMARY KEY, e F32_BLOB(3))')
      await db.execute(${quoted(earlier(libsql.insert))})`,
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
      db.exec(${quoted(earlier(lite.insert))})`,
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
      db.exec(${quoted(earlier(lite.insert))})`,
    held: `db.prepare('SELECT count(*) AS n FROM docs').get().n`,
    rows: rowsOf(lite, liteAsked),
    end: 'db.close()',
  },
  duckdb: {
    imports: [['{ DuckDBInstance }', '@duckdb/node-api']],
    setUp: `
      const db = await (await DuckDBInstance.create(':memory:')).connect()
      await db.run('CREATE TABLE docs (id INTEGER, e FLOAT[3])')
      await db.run(${quoted(earlier(duck.insert))})`,
    held: `Number((await db.runAndReadAll('SELECT count(*) FROM docs')).getRowsJson()[0][0])`,
    rows: rowsOf(duck, {
      ask: (text) => `db.runAndReadAll(${quoted(text)})`,
      write: (text) => `db.run(${quoted(text)})`,
      rows: 'result.currentRowCount',
    }),
    end: 'db.closeSync()',
  },
}

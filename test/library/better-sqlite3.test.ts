import { library } from '../support/library.ts'
import { sqliteCalls, sqliteFails, sqliteMany, tables } from '../support/sqlite.ts'

const near = 'SELECT rowid FROM docs WHERE embedding MATCH ? ORDER BY distance LIMIT 2'
const bound = 'INSERT INTO docs (embedding) VALUES (@of)'
const missing = "SELECT id FROM notes WHERE body = 'private 10'"
const insert = 'INSERT INTO notes (body) VALUES (?)'
const search = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const inserted = {
  scope: 'database.query',
  collection: 'notes',
  operation: 'insert',
  results: 1,
  query_len: insert.length,
}
const statement = (text: string) => ({
  scope: 'database.query',
  operation: /^\w+/.exec(text)?.[0].toLowerCase(),
  query_len: text.length,
})

library({
  name: 'better-sqlite3',
  module: 'better-sqlite3',
  packages: ['current', 'compiled'],
  skip: ({ packages }) => packages === 'compiled' && !process.version.startsWith('v20.') && 'compiled on Node 20',
  imports: [
    ['Database', 'better-sqlite3'],
    ['* as sqliteVec', 'sqlite-vec'],
  ],
  setUp: () => `
    const db = new Database(':memory:')
    sqliteVec.load(db)
    ${tables}`,
  tearDown: 'db.close()',
  shapes: [
    'Database',
    'Database.prototype',
    'db',
    'seed',
    'Object.getPrototypeOf(seed)',
    'Object.getPrototypeOf(seed).constructor',
    `db.prepare('SELECT 1').all()`,
  ],
  fails: sqliteFails,
  many: sqliteMany,
  calls: [
    ...sqliteCalls,
    {
      it: 'records what a statement was bound to, and rows in other forms',
      body: `
        print(db.prepare('${near}').bind(vector(1)).all())
        print(db.prepare('${near}').bind([vector(1)]).pluck().all())
        print(db.prepare('${near}').raw().get([vector(1)]))
        print(db.prepare('${bound}').bind({ of: vector(7) }).run().changes)`,
      records: [
        { ...search, top_k: 2, results: 2, query_len: near.length },
        { ...search, top_k: 2, results: 2, query_len: near.length },
        { ...search, top_k: 2, results: 1, query_len: near.length },
        { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', results: 1, query_len: bound.length },
      ],
    },
    {
      it: 'records what a transaction runs, its own begin and commit included, and rolls back as without the agent',
      body: `
        const insert = db.prepare('${insert}')
        const count = db.prepare('SELECT count(*) FROM notes').pluck()
        const both = db.transaction((first, second) => { insert.run(first); insert.run(second); return db.inTransaction })
        print(both('private 8', 'private 9'))
        try { db.transaction(() => { insert.run('private 10'); throw new Error('no') }).immediate() } catch (error) { print(error.message) }
        print([db.inTransaction, db.prepare("${missing}").all()])`,
      records: [
        statement('BEGIN'),
        inserted,
        inserted,
        statement('COMMIT'),
        statement('BEGIN IMMEDIATE'),
        inserted,
        statement('ROLLBACK'),
        { scope: 'database.query', collection: 'notes', operation: 'select', results: 0, query_len: missing.length },
      ],
    },
    {
      it: 'records a pragma as the statement that it is',
      body: `print(db.pragma('user_version', { simple: true }))`,
      records: [{ ...statement('PRAGMA user_version'), results: 1 }],
    },
  ],
})

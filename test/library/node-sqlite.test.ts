import semver from 'semver'
import { library } from '../support/library.ts'
import { sqliteCalls, sqliteFails, sqliteMany, tables } from '../support/sqlite.ts'

const search = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const query = { scope: 'database.query', collection: 'notes', operation: 'select' }

library({
  name: 'node-sqlite',
  module: 'node:sqlite',
  packages: ['current'],
  imports: [
    ['{ DatabaseSync, StatementSync }', 'node:sqlite'],
    ['* as sqliteVec', 'sqlite-vec'],
  ],
  setUp: () => `
    const db = new DatabaseSync(':memory:', { allowExtension: true })
    sqliteVec.load(db)
    ${tables}`,
  tearDown: 'db.close()',
  shapes: [
    'DatabaseSync',
    'DatabaseSync.prototype',
    'StatementSync',
    'StatementSync.prototype',
    'db',
    'seed',
    `db.prepare('SELECT 1').all()`,
  ],
  fails: sqliteFails,
  many: sqliteMany,
  calls: [
    ...sqliteCalls,
    {
      it: 'records what a store of statements runs',
      when: ({ version }) => semver.gte(version, '24.9.0'),
      body: `
        const store = db.createTagStore()
        print(store.all\`SELECT rowid FROM docs WHERE embedding MATCH \${vector(1)} AND k = \${2}\`)
        print(store.run\`INSERT INTO docs (embedding) VALUES (\${vector(8)})\`.changes)
        print(store.get\`SELECT id FROM notes WHERE body = \${'private 1'}\`)
        for (const row of store.iterate\`SELECT id FROM notes WHERE body <> \${'private 1'}\`) print(row)
        print([store.size, Object.getOwnPropertyNames(store), Object.getOwnPropertyNames(Object.getPrototypeOf(store))])`,
      records: [
        { ...search, top_k: 2, results: 2, query_len: 56 },
        { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', results: 1, query_len: 39 },
        { ...query, results: 1, query_len: 35 },
        { ...query, results: 1, query_len: 36 },
      ],
    },
  ],
})

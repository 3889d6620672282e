import { library } from '../support/library.ts'
import { pgFiles } from '../support/pg-server.ts'

const packages = ['current', 'older'] as const
const files: Record<string, string> = {}

const near = 'SELECT id FROM items ORDER BY embedding <-> '
const search = { scope: 'vector_store.search', collection: 'items', operation: 'select', filtered: false }

library({
  name: 'pglite',
  module: '@electric-sql/pglite',
  packages,
  async server() {
    for (const set of packages) files[set] ??= await pgFiles(set)
    return { url: '', async close() {} }
  },
  // Until 0.5 pgvector came with it; since then it is a package of its own, which one set has.
  imports: ({ packages, format }) => [
    ['{ PGlite }', '@electric-sql/pglite'],
    [
      '{ vector }',
      packages === 'older'
        ? '@electric-sql/pglite/vector'
        : `../../../previous/node_modules/@electric-sql/pglite-pgvector/dist/index.${format === 'cjs' ? 'cjs' : 'js'}`,
    ],
    ['{ identifier, raw, sql }', '@electric-sql/pglite/template'],
  ],
  setUp: ({ packages }) => `
    const loadDataDir = new Blob([fs_.readFileSync('${files[packages]}')])
    const db = await PGlite.create({ extensions: { vector }, loadDataDir })
    await db.exec('CREATE EXTENSION vector; CREATE TABLE items (id int PRIMARY KEY, title text, embedding vector(3))')`,
  tearDown: 'await db.close()',
  shapes: ['PGlite', 'PGlite.prototype', 'Object.getPrototypeOf(PGlite.prototype)', "db.query('SELECT 1')"],
  fails: `db.query("SELECT nothing FROM nowhere WHERE title = 'private'")`,
  many: `db.query('SELECT ' + i + '::int AS i')`,
  calls: [
    {
      it: 'records upserts and searches, and other statements as queries',
      body: `
        print((await db.query("INSERT INTO items VALUES (1, 'private one', $1), (2, 'private two', $2)", ['[1,2,3]', '[4,5,6]'])).affectedRows)
        print((await db.query('${near}$1 LIMIT $2', ['[1,2,3]', 1])).rows)
        print((await db.sql\`${near}\${'[1,2,3]'} LIMIT \${2}\`).rows)
        print((await db.exec("${near}'[1,2,3]' LIMIT 1")).map(({ rows }) => rows))
        print((await db.query('SELECT title FROM items WHERE id = 3')).rows)`,
      records: [
        { scope: 'vector_store.upsert', collection: 'items', operation: 'insert', results: 2, query_len: 71 },
        { ...search, top_k: 1, results: 1, query_len: 55 },
        { ...search, top_k: 2, results: 2, query_len: 55 },
        { ...search, top_k: 1, results: 1, query_len: 61 },
        { scope: 'database.query', collection: 'items', operation: 'select', results: 0, query_len: 36 },
      ],
    },
    {
      it: 'records the distances of a search that selects them',
      body: `
        print((await db.query('SELECT embedding <-> $1 AS far FROM items ORDER BY far LIMIT 2', ['[1,2,3]'])).rows)
        print((await db.query('SELECT embedding <#> $1 AS far FROM items ORDER BY far LIMIT 2', ['[1,2,3]'], { rowMode: 'array' })).rows)`,
      records: [
        {
          ...search,
          top_k: 2,
          results: 2,
          query_len: 62,
          ...{ top_score: 0, last_score: 'score', score_kind: 'distance' },
        },
        {
          ...{ ...search, top_k: 2, results: 2, query_len: 62 },
          ...{ top_score: 'score', last_score: 'score', score_kind: 'distance' },
        },
      ],
    },
    {
      it: 'records a write behind a `with`, and one in it',
      body: `
        const ids = 'WITH ids (id) AS (SELECT max(id) FROM items) '
        print((await db.query(ids + 'UPDATE items SET embedding = $1 WHERE id IN (SELECT id FROM ids)', ['[4,5,7]'])).affectedRows)
        print((await db.query('WITH up AS (UPDATE items SET embedding = $1 WHERE id = 1 RETURNING id) SELECT id FROM up', ['[1,2,4]'])).rows)
        print((await db.query(ids + 'DELETE FROM items USING ids WHERE items.id > ids.id')).affectedRows)`,
      records: [
        { scope: 'vector_store.upsert', collection: 'items', operation: 'update', results: 1, query_len: 109 },
        { scope: 'vector_store.upsert', collection: 'items', operation: 'update', results: 1, query_len: 88 },
        { scope: 'database.query', collection: 'items', operation: 'delete', results: 0, query_len: 96 },
      ],
    },
    {
      it: 'records a transaction and each of its statements',
      body: `
        print(await db.transaction(async (tx) => (await tx.query('${near}$1 LIMIT 1', ['[1,2,3]'])).rows))
        print(await db.transaction(async () => { throw new Error('private') }).catch((error) => error.message))`,
      records: [
        { ...search, top_k: 1, results: 1, query_len: 54 },
        { scope: 'database.query', operation: 'transaction' },
        { scope: 'database.query', operation: 'transaction', error: 'Error' },
      ],
    },
    {
      it: 'records all that the object of a transaction can do, which looks as without the agent',
      body: `
        const look = (tx) => Object.entries(Object.getOwnPropertyDescriptors(tx)).map(([name, { value, get, enumerable, writable }]) =>
          [name, typeof value, value?.name, value?.length, typeof get, enumerable, writable])
        print(await db.transaction(async function run(tx) {
          print([look(tx), arguments.length, this === undefined])
          print((await tx.exec("INSERT INTO items VALUES (7, 'private', '[7,8,9]'); SELECT 1")).length)
          print((await tx.sql\`${near}\${'[7,8,9]'} LIMIT \${1}\`).rows)
          print((await tx.sql\`SELECT id FROM \${identifier\`items\`} WHERE id = \${7} \${sql\`AND title = \${'private'}\`} \${raw\`LIMIT 3\`}\`).rows)
          print(await tx.query('SELECT nothing').catch((error) => error.message))
          print(tx.closed)
          await tx.rollback()
          print([tx.closed, await tx.query('SELECT 1').catch((error) => error.message)])
          return 'done'
        }))`,
      records: [
        { scope: 'vector_store.upsert', collection: 'items', operation: 'insert', results: 1, query_len: 60 },
        { ...search, top_k: 1, results: 1, query_len: 55 },
        { scope: 'database.query', collection: 'items', operation: 'select', top_k: 3, results: 1, query_len: 59 },
        { scope: 'database.query', operation: 'select', query_len: 14, error: 'error' },
        { scope: 'database.query', operation: 'select', query_len: 8, error: 'Error' },
        { scope: 'database.query', operation: 'transaction' },
      ],
    },
    {
      it: 'keeps what transactions do at once apart',
      body: `
        const one = (i) => db.transaction(async (tx) => (await tx.query('SELECT ' + i + '::int AS i')).rows[0].i)
        print(await Promise.all([1, 2, 3].map(one)))`,
      records: [1, 2, 3].flatMap(() => [
        { scope: 'database.query', operation: 'select', results: 1, query_len: 18 },
        { scope: 'database.query', operation: 'transaction' },
      ]),
    },
  ],
})

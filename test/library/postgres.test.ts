import { library } from '../support/library.ts'
import { pgServerInTurn } from '../support/pg-server.ts'

const near = 'SELECT id FROM items ORDER BY embedding <-> '

/** Each query waits until a connection takes it. */
const waited = { pool_wait_ms: 'ms', pool_size: 1 }
const portions = (chunks: number) => ({ chunks, time_to_first_chunk_ms: 'ms' })

library({
  name: 'postgres',
  module: 'postgres',
  packages: ['current'],
  server: pgServerInTurn,
  imports: [['postgres', 'postgres']],
  setUp: ({ url }) => `
    const sql = postgres('${url}', { max: 1, onnotice() {} })
    // The profiled run finds the rows of the bare one, or the other way round.
    await sql.unsafe('CREATE TABLE IF NOT EXISTS items (id int PRIMARY KEY, title text, embedding vector(3))')`,
  tearDown: 'await sql.end()',
  shapes: [
    'sql',
    'sql`SELECT 1`',
    'Object.getPrototypeOf(sql`SELECT 1`)',
    'sql`SELECT 1`.execute()',
    'sql`SELECT 1`.cursor()',
    'Object.getPrototypeOf(sql`SELECT 1`).handle',
  ],
  fails: `sql.unsafe("SELECT nothing FROM nowhere WHERE title = 'private'")`,
  many: `sql.unsafe('SELECT ' + i + '::int AS i').then(([row]) => { if (row.i !== i) throw new Error(String(row.i)) })`,
  calls: [
    {
      it: 'records upserts, by a tagged template, by rows and by a plain text',
      body: `
        print((await sql\`INSERT INTO items VALUES (\${1}, \${'private one'}, \${'[1,2,3]'}) ON CONFLICT (id) DO UPDATE SET embedding = excluded.embedding\`).count)
        const rows = [{ id: 2, title: 'private two', embedding: '[4,5,6]' }, { id: 3, title: 'private three', embedding: '[7,8,9]' }]
        print((await sql\`INSERT INTO items \${sql(rows)} ON CONFLICT (id) DO UPDATE SET title = excluded.title\`).command)
        print((await sql.unsafe('UPDATE items SET embedding = $1 WHERE id = 2', ['[4,5,6]'])).count)
        print((await sql\`UPDATE \${sql('items')} SET \${sql({ embedding: '[4,5,6]', hidden: 1 }, 'embedding')} WHERE id = 2\`).count)`,
      records: [
        {
          scope: 'vector_store.upsert',
          collection: 'items',
          operation: 'insert',
          results: 1,
          query_len: 99,
          ...waited,
        },
        {
          scope: 'vector_store.upsert',
          collection: 'items',
          operation: 'insert',
          query_len: 125,
          results: 2,
          ...waited,
        },
        {
          scope: 'vector_store.upsert',
          collection: 'items',
          operation: 'update',
          results: 1,
          query_len: 44,
          ...waited,
        },
        {
          scope: 'vector_store.upsert',
          collection: 'items',
          operation: 'update',
          results: 1,
          query_len: 46,
          ...waited,
        },
      ],
    },
    {
      it: 'records searches in each way that a query can be asked for its rows',
      body: `
        print(await sql\`${near}\${'[1,2,3]'} LIMIT \${2}\`)
        print(await sql\`${near}\${'[1,2,3]'}::vector LIMIT 1\`.values())
        print((await sql\`${near}\${'[1,2,3]'}::vector LIMIT 1\`.raw()).length)
        print(await sql.unsafe("${near}'[4,5,6]' LIMIT 1"))
        const order = sql\`ORDER BY embedding <-> \${'[1,2,3]'}\`
        print(await sql\`SELECT id FROM \${sql('items')} \${order} LIMIT \${1}\`)
        const ids = []
        print((await sql\`${near}\${'[1,2,3]'} LIMIT 2\`.forEach(({ id }) => ids.push(id))).count)
        print(ids)
        const started = sql\`${near}\${'[1,2,3]'} LIMIT 3\`.execute()
        print(started === started.execute())
        print([(await started).length, (await started).length])
        print(await sql\`${near}\${'[1,2,3]'} LIMIT 2\`.catch(() => {}).finally(() => {}))
        print((await sql\`${near}\${'[1,2,3]'} LIMIT 2\`.describe()).columns.length)`,
      records: [2, 1, 1, 1, 1, 2, 3, 2, undefined].map((results, i) => ({
        scope: 'vector_store.search',
        collection: 'items',
        operation: 'select',
        top_k: results ?? 2,
        filtered: false,
        ...(results && { results }),
        ...waited,
        query_len: [55, 62, 62, 61, 57, 54, 54, 54, 54][i],
      })),
    },
    {
      it: 'records the distances of a search that selects them',
      body: `print(await sql\`SELECT embedding <-> \${'[1,2,3]'} AS far FROM items ORDER BY far LIMIT 2\`)`,
      records: [
        {
          ...{
            scope: 'vector_store.search',
            collection: 'items',
            operation: 'select',
            top_k: 2,
            results: 2,
            query_len: 62,
          },
          ...{ filtered: false, top_score: 'score', last_score: 'score', score_kind: 'distance', ...waited },
        },
      ],
    },
    {
      it: 'ends a cursor when its reader is done or leaves, and with its function',
      body: `
        const found = []
        for await (const rows of sql\`${near}\${'[1,2,3]'} LIMIT 3\`.cursor(2)) found.push(rows.length)
        for await (const rows of sql\`${near}\${'[1,2,3]'} LIMIT 3\`.cursor()) { found.push(rows.length); break }
        await sql\`${near}\${'[1,2,3]'} LIMIT 3\`.cursor(2, (rows) => { found.push(rows.length) })
        await sql\`SELECT title FROM items\`.cursor(1, () => sql.CLOSE)
        print(found)
        try { for await (const rows of sql\`SELECT nothing\`.cursor(1)) print(rows) } catch (error) { print(error.message) }`,
      records: [
        // One that is iterated is the cursor's, which does not know when it is sent.
        ...[{ results: 3, ...portions(2) }, { results: 1 }, { results: 3, ...portions(2), ...waited }].map((rest) => ({
          scope: 'vector_store.search',
          collection: 'items',
          operation: 'select',
          top_k: 3,
          filtered: false,
          query_len: 54,
          ...rest,
        })),
        { scope: 'database.query', collection: 'items', operation: 'select', query_len: 23, results: 1, ...waited },
        { scope: 'database.query', operation: 'select', query_len: 14, error: 'PostgresError' },
      ],
    },
    {
      it: 'records a transaction by its statements, and what is cancelled as failed',
      body: `
        print(await sql.begin(async (own) => (await own\`${near}\${'[1,2,3]'} LIMIT 1\`).length))
        // A connection that is handed a cancelled query takes no other, so this has a client of its own.
        const other = postgres('postgres://127.0.0.1:1/none', { max: 1 })
        const never = other\`SELECT 0\`
        never.cancel()
        print(await never.catch((error) => error.code))
        const waiting = other\`SELECT 1\`.execute()
        waiting.cancel()
        print(await waiting.catch((error) => error.code))
        print((await sql.unsafe('SELECT 1 AS a; SELECT title FROM items')).map((one) => one.length))
        print(await Promise.all([sql\`SELECT 1 AS one\`, sql\`SELECT 2 AS two\`]))
        void sql\`SELECT 3\``,
      records: [
        { scope: 'database.query', operation: 'begin', query_len: 6, ...waited },
        {
          scope: 'vector_store.search',
          collection: 'items',
          operation: 'select',
          top_k: 1,
          filtered: false,
          results: 1,
          query_len: 54,
          ...waited,
        },
        { scope: 'database.query', operation: 'commit', query_len: 6, ...waited },
        // It was never given a connection.
        { scope: 'database.query', operation: 'select', query_len: 8, error: 'Error', pool_wait_ms: 'ms' },
        { scope: 'database.query', collection: 'items', operation: 'select', query_len: 38, results: 3, ...waited },
        { scope: 'database.query', operation: 'select', query_len: 15, results: 1, ...waited },
        { scope: 'database.query', operation: 'select', query_len: 15, results: 1, ...waited },
      ],
    },
  ],
})

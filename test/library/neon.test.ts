import { library } from '../support/library.ts'
import { neonServer } from '../support/neon-server.ts'

const schema = `
  CREATE TABLE docs (id int PRIMARY KEY, title text, e vector(3));
  INSERT INTO docs VALUES (1, 'private one', '[1,2,3]'), (2, 'private two', '[4,5,6]')`
const near = 'SELECT id FROM docs ORDER BY e <-> $1 LIMIT $2'
const plain = "SELECT title FROM docs WHERE title = 'private one'"
const insert = "INSERT INTO docs VALUES ($1, 'private three', $2) ON CONFLICT (id) DO UPDATE SET e = excluded.e"

const searched = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const upserted = { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', query_len: insert.length }
const queried = { scope: 'database.query', collection: 'docs', operation: 'select' }

library({
  name: 'neon',
  module: '@neondatabase/serverless',
  packages: ['current'],
  server: () => neonServer(schema),
  imports: [
    ['{ Client, NeonQueryPromise, Pool, neon, neonConfig }', '@neondatabase/serverless'],
    ['WebSocket_', 'ws'],
  ],
  setUp: ({ url }) => `
    const { host, port } = new URL('${url}')
    Object.assign(neonConfig, {
      fetchEndpoint: () => '${url}/sql',
      wsProxy: () => host,
      useSecureWebSocket: false,
      pipelineConnect: false,
      webSocketConstructor: WebSocket_,
    })
    const connectionString = 'postgres://postgres:private@127.0.0.1:' + port + '/postgres'
    const sql = neon(connectionString)
    const pool = new Pool({ connectionString, max: 2 })
    const client = new Client({ connectionString })
    await client.connect()
    const [near, plain, insert] = ${JSON.stringify([near, plain, insert])}
    const vector = '[1,2,3]'`,
  tearDown: 'await pool.end(); await client.end()',
  shapes: [
    'neon',
    'sql',
    'Client',
    'Pool',
    'NeonQueryPromise.prototype',
    'Object.getPrototypeOf(Client.prototype)',
    'Object.getPrototypeOf(Object.getPrototypeOf(Pool.prototype))',
    'pool',
    "sql.query('SELECT 1')",
    "pool.query('SELECT 1')",
    "client.query('SELECT 1')",
  ],
  fails: `sql.query("SELECT nothing FROM nowhere WHERE title = 'private'")`,
  many: "[() => sql.query('SELECT ' + i + ' AS i'), () => pool.query('SELECT ' + i + ' AS i')][i % 2]()",
  calls: [
    {
      it: 'records a query over HTTP by text and by template, whatever is put into that',
      body: `
        print(await sql.query(near, [vector, 2]))
        print(await sql\`SELECT id FROM docs WHERE id > \${1} ORDER BY e <-> \${vector} LIMIT \${1}\`)
        const table = sql.unsafe('docs')
        const where = sql\`WHERE id < \${2}\`
        print(await sql\`SELECT id FROM \${table} \${where} ORDER BY e <-> \${vector} LIMIT 5\`)
        print(await sql.query(plain))
        print((await sql.query(insert, [3, '[7,8,9]'], { fullResults: true })).rowCount)
        print(await sql.query(insert, [3, '[7,8,9]']))
        print(await sql.query(insert + ' RETURNING id', [3, '[7,8,9]']))`,
      records: [
        { ...searched, top_k: 2, results: 2, query_len: near.length },
        { ...searched, filtered: true, top_k: 1, results: 1, query_len: 60 },
        { ...searched, filtered: true, top_k: 5, results: 1, query_len: 59 },
        { ...queried, results: 1, query_len: plain.length },
        { ...upserted, results: 1 },
        upserted,
        { ...upserted, results: 1, query_len: insert.length + 13 },
      ],
    },
    {
      it: 'records each time that a query is sent, however it is waited for',
      body: `
        const query = sql.query(near, [vector, 1])
        print(await query)
        print(await query.finally(() => print('done')))
        print(await query.catch(() => 'failed'))
        print(await sql.query('SELEC').then(() => 'done', ({ code }) => code))
        print(await sql.query('SELEC').catch(({ code }) => code))
        print(await sql.query('SELEC').finally(() => print('done')).catch(({ code }) => code))`,
      records: [
        ...Array.from({ length: 3 }, () => ({ ...searched, top_k: 1, results: 1, query_len: near.length })),
        ...Array.from({ length: 3 }, () => ({
          scope: 'database.query',
          operation: 'selec',
          query_len: 5,
          error: 'NeonDbError',
        })),
      ],
    },
    {
      it: 'records a transaction as the foremost of its statements',
      body: `
        print(await sql.transaction([sql.query(plain), sql\`SELECT id FROM docs ORDER BY e <-> \${vector} LIMIT 2\`]))
        print(await sql.transaction([sql.query(plain), sql.query(insert, [3, '[7,8,9]'])], { fullResults: true }).then(([, { rowCount }]) => rowCount))
        print(await sql.transaction((tx) => [tx.query(plain), tx.query(plain)]))
        print(await sql.transaction([sql.query('SELEC')]).catch(({ code }) => code))`,
      records: [
        { ...searched, batch_size: 2, top_k: 2, results: 3, query_len: 45 },
        { ...upserted, batch_size: 2, results: 2 },
        { scope: 'database.query', batch_size: 2, results: 2 },
        { scope: 'database.query', operation: 'selec', batch_size: 1, query_len: 5, error: 'NeonDbError' },
      ],
    },
    {
      it: 'records what a client and a pool ask over a WebSocket, each once',
      body: `
        print((await client.query(near, [vector, 2])).rows)
        print(await new Promise((resolve) => client.query(plain, (error, { rows }) => resolve(rows))))
        print((await pool.query(near, [vector, 1])).rows)
        print(await new Promise((resolve) => pool.query(insert, [3, '[7,8,9]'], (error, { rowCount }) => resolve(rowCount))))
        const held = await pool.connect()
        print((await held.query(plain)).rows)
        held.release()
        print(await pool.query('SELEC').catch(({ code }) => code))`,
      records: [
        { ...searched, top_k: 2, results: 2, query_len: near.length },
        { ...queried, results: 1, query_len: plain.length },
        { ...searched, top_k: 1, results: 1, query_len: near.length, pool_wait_ms: 'ms', pool_size: 2 },
        { ...upserted, results: 1, pool_wait_ms: 'ms', pool_size: 2 },
        { scope: 'database.connect', pool_wait_ms: 'ms', pool_size: 2 },
        { ...queried, results: 1, query_len: plain.length },
        {
          scope: 'database.query',
          operation: 'selec',
          query_len: 5,
          pool_wait_ms: 'ms',
          pool_size: 2,
          error: 'DatabaseError',
        },
      ],
    },
    {
      it: "records a pool's query that goes over HTTP once",
      body: `
        neonConfig.poolQueryViaFetch = true
        print((await pool.query(near, [vector, 2])).rows)
        print(await new Promise((resolve) => pool.query(plain, (error, { rows }) => resolve(rows))))
        neonConfig.poolQueryViaFetch = false`,
      records: [
        { ...searched, top_k: 2, results: 2, query_len: near.length },
        { ...queried, results: 1, query_len: plain.length },
      ],
    },
  ],
})

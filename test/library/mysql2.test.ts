import { library } from '../support/library.ts'
import { mysqlServer } from '../support/mysql-server.ts'

const near = "SELECT title FROM `docs` ORDER BY VEC_DISTANCE_EUCLIDEAN(e, VEC_FromText('[1,2]')) LIMIT 3"
const searched = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const one = {
  scope: 'database.query',
  collection: 'docs',
  operation: 'select',
  top_k: 1,
  results: 1,
  query_len: 26,
}
const opened = { scope: 'database.connect', operation: 'connect' }
const far = { top_score: 0.25, last_score: 0.75, score_kind: 'distance' }
const waited = { pool_wait_ms: 'ms', pool_size: 10 }
const ofOne = { ...waited, pool_size: 1 }
const upserted = { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', results: 2 }

library({
  name: 'mysql2',
  module: 'mysql2',
  packages: ['current', 'previous'],
  server: mysqlServer,
  imports: [
    ['mysql', 'mysql2'],
    ['promised', 'mysql2/promise'],
  ],
  setUp: ({ url }) => `
    const url = '${url}'
    const connection = mysql.createConnection(url)
    const client = await promised.createConnection(url)
    const near = ${JSON.stringify(near)}
    const rowsOf = (query) => new Promise((resolve, reject) => {
      const rows = []
      query.on('result', (row) => rows.push(row)).on('error', reject).on('end', () => resolve(rows))
    })`,
  tearDown: 'connection.destroy(), client.destroy()',
  shapes: [
    'mysql.Connection',
    'mysql.Connection.prototype',
    'mysql.Pool.prototype',
    'client.query(near)',
    // The last one waits for those before it.
    'await client.query(near)',
  ],
  fails: `client.query(near.replace('docs', 'missing'))`,
  many: `client.query(near)`,
  calls: [
    {
      it: 'records a search with what it found, awaited or called back',
      body: `
        print((await client.query(near))[0])
        print(await new Promise((resolve) => connection.query(near, (error, rows) => resolve(rows))))
        print((await client.query({ sql: "SELECT 1 FROM docs ORDER BY DISTANCE(e, STRING_TO_VECTOR(?), 'private') LIMIT ?", values: ['[1,2]', 2] }))[0].length)
        print((await client.query("SELECT 1 FROM docs ORDER BY VEC_DISTANCE(e, x'00') LIMIT 1, 4"))[0].length)`,
      records: [
        { ...searched, top_k: 3, results: 3, query_len: near.length },
        { ...searched, top_k: 3, results: 3, query_len: near.length },
        { ...searched, top_k: 2, results: 2, query_len: 79 },
        { ...searched, top_k: 4, results: 1, query_len: 61 },
      ],
    },
    {
      it: 'records the connecting of a connection of its own in either form, and that of no pool',
      body: `
        const own = mysql.createConnection(url)
        print(await new Promise((resolve) => own.connect((error) => resolve(error ?? 'connected'))))
        const other = await promised.createConnection(url)
        print(await promised.createConnection('mysql://127.0.0.1:1/private').catch(({ code }) => code))
        print((await other.query('SELECT title FROM docs LIMIT 1'))[0])
        own.destroy(); other.destroy()
        const pool = promised.createPool(url)
        print((await pool.query('SELECT title FROM docs LIMIT 1'))[0])
        await pool.end()`,
      records: [
        opened,
        opened,
        { ...opened, error: 'Error' },
        { ...one, query_len: 30 },
        { ...one, ...waited, query_len: 30 },
      ],
    },
    {
      it: 'records the distances of a search that selects them',
      body: `
        const sql = "SELECT title, VEC_DISTANCE_COSINE(e, x'00') AS far FROM docs ORDER BY far LIMIT 3"
        print((await client.query(sql))[0])
        print(await new Promise((resolve) => connection.query(sql, (error, rows) => resolve(rows))))`,
      records: [
        { ...searched, ...far, top_k: 3, results: 3, query_len: 81 },
        { ...searched, ...far, top_k: 3, results: 3, query_len: 81 },
      ],
    },
    {
      it: 'records a prepared statement once',
      body: `
        const sql = 'SELECT title FROM docs ORDER BY VEC_DISTANCE_COSINE(e, VEC_FromText(?)) LIMIT ?'
        print((await client.execute(sql, ['[1,2]', '2']))[0])
        print(await new Promise((resolve) => connection.execute(sql, ['[1,2]', '3'], (error, rows) => resolve(rows))))`,
      records: [
        { ...searched, top_k: 2, results: 2, query_len: 79 },
        { ...searched, top_k: 3, results: 3, query_len: 79 },
      ],
    },
    {
      it: 'records vectors that are written',
      body: `
        print((await client.query("INSERT INTO docs (title, e) VALUES ('private', VEC_FromText('[1,2]'))"))[0].affectedRows)
        print((await client.execute('INSERT INTO docs (title, e) VALUES (?, STRING_TO_VECTOR(?))', ['private', '[1,2]']))[0].affectedRows)`,
      records: [
        { ...upserted, query_len: 69 },
        { ...upserted, query_len: 59 },
      ],
    },
    {
      it: 'records any other statement by its verb, words in strings aside',
      body: `
        print((await client.query("SELECT 'private DISTANCE(' FROM docs LIMIT 1"))[0])
        print((await client.query("DELETE FROM other.docs /* VEC_FromText( */"))[0].affectedRows)
        print((await client.query('SELECT ST_DISTANCE(a, b) FROM docs LIMIT 1'))[0].length)`,
      records: [
        { scope: 'database.query', collection: 'docs', operation: 'select', top_k: 1, results: 1, query_len: 44 },
        { scope: 'database.query', collection: 'other.docs', operation: 'delete', results: 2, query_len: 42 },
        { scope: 'database.query', collection: 'docs', operation: 'select', top_k: 1, results: 1, query_len: 42 },
      ],
    },
    {
      it: 'records a call of a pool once, with a callback or by its events',
      body: `
        const pool = mysql.createPool(url)
        print((await pool.promise().query(near))[0])
        print((await pool.promise().execute('SELECT 1 FROM docs LIMIT ?', ['1']))[0])
        print(await new Promise((resolve) => pool.query(near, (error, rows) => resolve(rows))))
        print(await rowsOf(pool.query(near)))
        await new Promise((resolve) => pool.end(resolve))`,
      records: [
        { ...searched, top_k: 3, results: 3, query_len: near.length, ...waited },
        { ...one, ...waited },
        { ...searched, top_k: 3, results: 3, query_len: near.length, ...waited },
        { ...searched, top_k: 3, results: 3, query_len: near.length, ...waited },
      ],
    },
    {
      it: 'records what asks a pool or a cluster for a connection, and what gets none',
      body: `
        const pool = mysql.createPool({ uri: url, connectionLimit: 1, waitForConnections: false })
        const held = await pool.promise().getConnection()
        print((await held.query('SELECT 1 FROM docs LIMIT 1'))[0].length)
        print(await new Promise((resolve) => pool.getConnection((error) => resolve(error.message))))
        print(await new Promise((resolve) => pool.query(near, (error) => resolve(error.message))))
        print(await pool.promise().execute('SELECT 1 FROM docs LIMIT 1').catch((error) => error.message))
        print(await new Promise((resolve) => pool.query(near).on('error', (error) => resolve(error.message))))
        held.release()
        await new Promise((resolve) => pool.end(resolve))
        const cluster = mysql.createPoolCluster()
        cluster.add('one', url)
        print((await new Promise((resolve) => cluster.of('*').query(near, (error, rows) => resolve(rows)))).length)
        print((await new Promise((resolve) => cluster.of('one').execute('SELECT 1 FROM docs LIMIT 1', (error, rows) => resolve(rows)))).length)
        print(await new Promise((resolve) => cluster.getConnection((error, connection) => { connection.release(); resolve(error) })))
        print(await new Promise((resolve) => cluster.of('none').query(near, (error) => resolve(error.code))))
        await new Promise((resolve) => cluster.end(resolve))`,
      records: [
        { scope: 'database.connect', ...ofOne },
        one,
        { scope: 'database.connect', ...ofOne, error: 'Error' },
        { ...searched, top_k: 3, query_len: near.length, ...ofOne, error: 'Error' },
        { ...(({ results: _, ...rest }) => rest)(one), ...ofOne, error: 'Error' },
        { ...searched, top_k: 3, query_len: near.length, ...ofOne, error: 'Error' },
        { ...searched, top_k: 3, results: 3, query_len: near.length, ...waited },
        { ...one, ...waited },
        { scope: 'database.connect', ...waited },
        { ...searched, top_k: 3, query_len: near.length, pool_wait_ms: 'ms', error: 'Error' },
      ],
    },
    {
      it: 'records a query without a callback, whose events and stream are as without the agent',
      body: `
        const insert = "INSERT INTO docs (title, e) VALUES ('private', VEC_FromText('[1,2]'))"
        print(await rowsOf(connection.query(near)))
        print(await rowsOf(connection.execute('SELECT title FROM docs ORDER BY VEC_DISTANCE_COSINE(e, VEC_FromText(?)) LIMIT ?', ['[1,2]', '2'])))
        print((await rowsOf(connection.query({ sql: insert }))).map(({ affectedRows }) => affectedRows))
        const rows = []
        const stream = connection.query(near).stream()
        await new Promise((resolve) => stream.on('data', (row) => rows.push(row)).on('end', resolve))
        print(rows)
        print(await rowsOf(connection.query(near.replace('docs', 'missing'))).catch((error) => [error.code, error.message]))
        const query = connection.query('SELECT 1 FROM docs LIMIT 1')
        const ended = rowsOf(query)
        const { log } = console
        console.log = () => {}
        try { query.then() } catch (error) { print(error.message.slice(0, 40)) } finally { console.log = log }
        print((await ended).length)`,
      records: [
        { ...searched, top_k: 3, results: 3, query_len: near.length },
        { ...searched, top_k: 2, results: 2, query_len: 79 },
        { ...upserted, query_len: 69 },
        { ...searched, top_k: 3, results: 3, query_len: near.length },
        { ...searched, collection: 'missing', top_k: 3, query_len: near.length + 3, error: 'Error' },
        { scope: 'database.query', collection: 'docs', operation: 'select', top_k: 1, results: 1, query_len: 26 },
      ],
    },
    {
      it: 'ends a query with the last of its rows where its stream is left early',
      // Before, such a stream could not be iterated.
      when: ({ packages }) => packages === 'current',
      body: `
        for await (const row of connection.query(near).stream({ highWaterMark: 1 })) { print(row); break }
        print((await rowsOf(connection.query(near))).length)`,
      records: [
        { ...searched, top_k: 3, results: 3, query_len: near.length },
        { ...searched, top_k: 3, results: 3, query_len: near.length },
      ],
    },
  ],
})

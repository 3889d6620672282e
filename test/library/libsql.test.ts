import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { methodsOf } from '../../agent/methods.ts'
import type { Method } from '../../agent/model.ts'
import { callOf } from '../../agent/scope/view.ts'
import libsql from '../../instrumentations/libsql.ts'
import { library } from '../support/library.ts'
import { libsqlServer } from '../support/libsql-server.ts'

const schema = `
  CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, e F32_BLOB(3));
  CREATE INDEX docs_e ON docs (libsql_vector_idx(e));
  INSERT INTO docs VALUES (1, 'private one', vector32('[1,2,3]')), (2, 'private two', vector32('[4,5,6]'))`
const near = "SELECT id FROM docs ORDER BY vector_distance_cos(e, vector32('[1,2,3]')) LIMIT 2"
const far = "SELECT vector_distance_cos(e, vector32('[1,2,3]')) AS far FROM docs ORDER BY far LIMIT 2"
const top = "SELECT docs.id FROM vector_top_k('docs_e', vector32(?), 1) AS v JOIN docs ON docs.rowid = v.id"
const insert = 'INSERT INTO docs (id, title, e) VALUES (?, ?, vector32(?))'
const plain = "SELECT title FROM docs WHERE title = 'private one'"

const searched = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const upserted = { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert' }
const queried = { scope: 'database.query', collection: 'docs', operation: 'select' }
const command = (operation: string, more = {}) => ({ scope: 'database.query', operation, ...more })

library({
  name: 'libsql',
  module: '@libsql/client',
  packages: ['current', 'previous'],
  server: () => libsqlServer(schema),
  imports: [
    ['{ createClient }', '@libsql/client'],
    ['* as local', '@libsql/client/sqlite3'],
    ['* as http', '@libsql/client/http'],
    ['* as ws', '@libsql/client/ws'],
    ['* as web', '@libsql/client/web'],
  ],
  setUp: ({ url }) => `
    const db = createClient({ url: 'file:test.db' })
    await db.executeMultiple(${JSON.stringify(schema)})
    const remote = createClient({ url: '${url}' })
    const socket = createClient({ url: '${url.replace('http', 'ws')}' })
    const [near, top, far, insert, plain] = ${JSON.stringify([near, top, far, insert, plain])}
    const vector = Float32Array.of(7, 8, 9)
    const ids = ({ rows }) => rows.map(({ id }) => id)`,
  tearDown: 'for (const one of [db, remote, socket]) one.close()',
  shapes: [
    'createClient',
    'local.Sqlite3Client',
    'local.Sqlite3Client.prototype',
    'local.Sqlite3Transaction.prototype',
    'http.HttpClient.prototype',
    'http.HttpTransaction.prototype',
    'Object.getPrototypeOf(http.HttpTransaction.prototype)',
    'ws.WsClient.prototype',
    'db',
    'remote',
    "db.execute('SELECT 1')",
    "remote.execute('SELECT 1')",
  ],
  fails: `db.execute("SELECT nothing FROM nowhere WHERE title = 'private'")`,
  many: `(i % 2 ? db : remote).execute('SELECT ' + i + ' AS i')`,
  calls: [
    {
      it: 'records searches, upserts and other statements as what they are',
      body: `
        print(ids(await db.execute(near)))
        print(ids(await db.execute(top, ['[4,5,6]'])))
        print(ids(await db.execute({ sql: 'SELECT id FROM docs ORDER BY vector_distance_l2(e, :near) LIMIT :most', args: { near: vector.buffer, most: 1 } })))
        print((await db.execute(insert, [3, 'private', '[7,8,9]'])).rowsAffected)
        print((await db.execute({ sql: 'UPDATE docs SET e = ? WHERE id = 3', args: [vector.buffer] })).rowsAffected)
        print((await db.execute("INSERT INTO docs (id, e) VALUES (4, vector32('[1,1,1]')) RETURNING id")).rows)
        print((await db.execute(plain)).rows)
        print((await db.execute('DELETE FROM docs WHERE id > 2')).rowsAffected)
        print(await db.executeMultiple("CREATE TABLE a (x); INSERT INTO a VALUES ('private')") ?? 'nothing')`,
      records: [
        { ...searched, top_k: 2, results: 2, query_len: near.length },
        { ...searched, top_k: 1, results: 1, query_len: top.length },
        { ...searched, top_k: 1, results: 1, query_len: 69 },
        { ...upserted, results: 1, query_len: insert.length },
        { ...upserted, operation: 'update', results: 1, query_len: 34 },
        { ...upserted, results: 1, query_len: 69 },
        { ...queried, results: 1, query_len: plain.length },
        { ...queried, operation: 'delete', results: 2, query_len: 29 },
        command('create', { query_len: 52 }),
      ],
    },
    {
      it: 'records the distances of a search that selects them',
      body: `print((await db.execute(far)).rows.length)`,
      records: [
        {
          ...{ ...searched, top_k: 2, results: 2, query_len: far.length },
          ...{ top_score: 'score', last_score: 'score', score_kind: 'distance' },
        },
      ],
    },
    {
      it: 'records a batch as one call, by what it searches or writes',
      body: `
        print((await db.batch([plain, near, [top, ['[4,5,6]']]], 'read')).map(ids))
        print((await db.batch([[insert, [5, 'private', '[1,2,3]']], { sql: insert, args: [6, 'private', '[4,5,6]'] }], 'write')).map(({ rowsAffected }) => rowsAffected))
        print((await db.batch([plain, { sql: 'DELETE FROM docs WHERE id > ?', args: [2] }])).length)
        print((await db.migrate(['CREATE TABLE b (x)', 'INSERT INTO b VALUES (1)'])).length)
        print((await db.batch([])).length)
        print(await db.batch(['SELECT nothing FROM nowhere']).catch((error) => [error.name, error.statementIndex]))`,
      records: [
        { ...searched, top_k: 2, results: 4, query_len: near.length, batch_size: 3 },
        { ...upserted, results: 2, query_len: insert.length, batch_size: 2 },
        { ...queried, results: 3, query_len: plain.length, batch_size: 2 },
        command('create', { results: 1, query_len: 18, batch_size: 2 }),
        { scope: 'database.query', results: 0, batch_size: 0 },
        command('select', { collection: 'nowhere', query_len: 27, batch_size: 1, error: 'LibsqlBatchError' }),
      ],
    },
    {
      it: 'records what a transaction does, statement by statement',
      body: `
        const tx = await db.transaction('write')
        print(ids(await tx.execute(near)))
        print((await tx.batch([{ sql: insert, args: [7, 'private', '[1,2,3]'] }])).length)
        print(await tx.executeMultiple('DELETE FROM docs WHERE id > 2') ?? 'nothing')
        print(await tx.commit() ?? 'nothing', tx.closed)
        const other = await db.transaction('read')
        print(await other.execute('SELECT nothing').catch((error) => [error.name, error.code]))
        print(await other.rollback() ?? 'nothing')`,
      records: [
        command('transaction'),
        { ...searched, top_k: 2, results: 2, query_len: near.length },
        { ...upserted, results: 1, query_len: insert.length, batch_size: 1 },
        { ...queried, operation: 'delete', query_len: 29 },
        command('commit'),
        command('transaction'),
        command('select', { query_len: 14, error: 'LibsqlError' }),
        command('rollback'),
      ],
    },
    ...['remote', 'socket'].map((client) => ({
      it: `records the same of a ${client === 'remote' ? 'remote database' : 'remote database over a socket'}, its transactions once`,
      body: `
        const db = ${client}
        print(ids(await db.execute(near)))
        print((await db.execute(insert, [3, 'private', '[7,8,9]'])).rowsAffected)
        print(ids(await db.execute({ sql: 'SELECT id FROM docs ORDER BY vector_distance_cos(e, :near) LIMIT :most', args: { near: vector.buffer, most: 1 } })))
        print((await db.batch([plain, [top, ['[4,5,6]']]], 'read')).map(ids))
        print((await db.migrate(['CREATE TABLE b (x)'])).length)
        print(await db.executeMultiple('CREATE TABLE a (x); DROP TABLE a') ?? 'nothing')
        print(await db.execute('SELECT nothing').catch((error) => [error.name, error.code]))
        const tx = await db.transaction('write')
        print(ids(await tx.execute({ sql: top, args: ['[4,5,6]'] })))
        print((await tx.batch([{ sql: insert, args: [7, 'private', '[1,2,3]'] }, plain])).length)
        print(await tx.executeMultiple('DELETE FROM docs') ?? 'nothing')
        print(await tx.commit() ?? 'nothing')
        const other = await db.transaction('read')
        print((await other.execute(plain)).rows)
        print(await other.rollback() ?? 'nothing')`,
      records: [
        { ...searched, top_k: 2, results: 2, query_len: near.length },
        { ...upserted, results: 1, query_len: insert.length },
        { ...searched, top_k: 1, results: 1, query_len: 70 },
        { ...searched, top_k: 1, results: 2, query_len: top.length, batch_size: 2 },
        command('create', { results: 0, query_len: 18, batch_size: 1 }),
        command('create', { query_len: 32 }),
        command('select', { query_len: 14, error: 'LibsqlError' }),
        command('transaction'),
        { ...searched, top_k: 1, results: 1, query_len: top.length },
        { ...upserted, results: 2, query_len: insert.length, batch_size: 2 },
        { ...queried, operation: 'delete', query_len: 16 },
        command('commit'),
        command('transaction'),
        { ...queried, results: 1, query_len: plain.length },
        command('rollback'),
      ],
    })),
  ],
})

describe('libsql, statements', () => {
  /** As which scope a call would be recorded, and with which metadata. */
  const told = (...args: unknown[]) => {
    const call = callOf({ self: {}, args })
    const name = Array.isArray(args[0]) ? 'batch' : 'execute'
    const methods: readonly Method[] = methodsOf(libsql).filter(({ at }) => at === `Sqlite3Client.prototype.${name}`)
    const method = methods.find(({ when }) => typeof when !== 'function' || when(call))
    const read = (key: string) => {
      const path = method?.metadata?.[key]
      return typeof path === 'function' ? path(call) : path
    }
    return { scope: method?.scope, collection: read('collection'), top_k: read('top_k') }
  }
  const scopeOf = (...args: unknown[]) => told(...args).scope
  const vector = Float32Array.of(0.25, -1, 0)

  it('sees a search by its function, or where MATCH meets a vector', () => {
    for (const call of ['vector_distance_cos(e, ?)', 'VECTOR_DISTANCE_L2 (e, ?)', 'vec_distance_cosine(e, ?)'])
      assert.equal(scopeOf(`SELECT * FROM t ORDER BY ${call}`), 'search', call)
    assert.equal(scopeOf("SELECT * FROM vector_top_k('t_idx', ?, 5)"), 'search')
    assert.equal(scopeOf('SELECT * FROM t WHERE e MATCH ? AND k = 5'), 'search')
    assert.equal(scopeOf('SELECT * FROM t WHERE e MATCH ? LIMIT 5', ['[1,2]']), 'search')
    for (const value of [vector, vector.buffer, new Uint8Array(vector.buffer), Buffer.from(vector.buffer)]) {
      assert.equal(scopeOf('SELECT * FROM t WHERE e MATCH ? LIMIT 5', [value]), 'search')
      assert.equal(scopeOf({ sql: 'SELECT * FROM t WHERE e MATCH :e LIMIT 5', args: { e: value } }), 'search')
    }
    assert.equal(scopeOf("SELECT * FROM t WHERE e MATCH '[1,2]' LIMIT 5"), 'search')
    assert.equal(scopeOf('WITH n AS (SELECT vec_distance_l2(e, ?) AS d FROM t) SELECT * FROM n'), 'search')
    assert.equal(scopeOf(['SELECT 1', ['SELECT * FROM t WHERE e MATCH ? LIMIT 5', [vector]]]), 'search')
  })

  it('is not fooled by words that are searched, texts, names and comments', () => {
    for (const sql of [
      "SELECT * FROM t WHERE title MATCH 'red shoes'",
      "SELECT 'vector_distance_cos(e, x)' FROM t",
      'SELECT "vector_top_k(" FROM t',
      'SELECT `vector_top_k(` FROM t',
      'SELECT 1 -- vector_distance_cos(e, ?)',
      'SELECT 1 /* vec_distance_l2(e, ?) */',
      'SELECT vector_distances FROM t',
      'SELECT vector_extract(e) FROM t',
      'CREATE TABLE t (e F32_BLOB(3))',
      'CREATE INDEX i ON t (libsql_vector_idx(e))',
      'INSERT INTO t (title) VALUES (?)',
      "INSERT INTO t (title) VALUES ('vector32(1)')",
      'DELETE FROM t WHERE id = 1',
      '',
    ])
      assert.equal(scopeOf(sql), 'query', sql)
    assert.equal(scopeOf('SELECT * FROM t WHERE title MATCH ?', ['red shoes']), 'query')
    for (const value of ['[draft] 1', new Uint8Array(4), Buffer.from('a text of 16 chr'), new ArrayBuffer(3), null, 1n])
      assert.equal(scopeOf('INSERT INTO t (x) VALUES (?)', [value]), 'query')
    for (const odd of [undefined, null, 7, {}, { sql: 5 }, { args: 5 }, Symbol.iterator, [], [5], [null], () => {}])
      assert.equal(scopeOf(odd), 'query')
  })

  it('sees an upsert where a statement writes a vector', () => {
    for (const sql of [
      "INSERT INTO t (e) VALUES (vector32('[1,2,3]'))",
      'INSERT OR REPLACE INTO t (e) VALUES (vector(?))',
      'REPLACE INTO t (e) VALUES (vec_f32(?))',
      'UPDATE t SET e = vector64(?) WHERE id = 1',
      "INSERT INTO t (e) VALUES ('[1,2,3]')",
      'INSERT INTO t (e) SELECT e FROM s ORDER BY vector_distance_cos(e, vector32(?)) LIMIT 5',
    ])
      assert.equal(scopeOf(sql), 'upsert', sql)
    for (const value of [vector, vector.buffer, new Uint8Array(vector.buffer), '[1,2]'])
      assert.equal(scopeOf('INSERT INTO t (e) VALUES (?)', [value]), 'upsert')
    assert.equal(scopeOf(['SELECT 1', ['INSERT INTO t (e) VALUES (?)', [vector]]]), 'upsert')
  })

  it('reads the table and the limit, where they are cheaply told', () => {
    const cases: [unknown, string | undefined, number | undefined, unknown?][] = [
      ['SELECT * FROM items LIMIT 5', 'items', 5],
      ['SELECT * FROM "main"."items" WHERE a = ? LIMIT ?', 'main.items', 9, ['x', 9]],
      ['SELECT * FROM items LIMIT ?2', 'items', 9, ['x', 9]],
      ['SELECT * FROM items LIMIT :most', 'items', 9, { most: 9 }],
      ['SELECT * FROM items LIMIT @most', 'items', 9, { '@most': 9n }],
      ['SELECT * FROM items LIMIT $most', 'items', undefined, {}],
      ['SELECT * FROM items WHERE e MATCH ? AND k = ?', 'items', 7, ['[1,2]', 7]],
      ["SELECT * FROM vector_top_k('items_idx', vector32(?), ?) JOIN items", 'items', 3, ['[1,2]', 3]],
      ["SELECT 'from secrets limit 3'", undefined, undefined],
    ]
    for (const [sql, collection, top_k, args] of cases) {
      assert.deepEqual({ ...told(sql, args), scope: '' }, { scope: '', collection, top_k }, String(sql))
    }
  })

  it('looks at the first statements of a batch only', () => {
    const search = 'SELECT * FROM t ORDER BY vector_distance_cos(e, ?)'

    assert.equal(scopeOf([...Array(99).fill('SELECT 1'), search]), 'search')
    assert.equal(scopeOf([...Array(100).fill('SELECT 1'), search]), 'query')
  })

  it('comes to an end with a megabyte of anything', { timeout: 120_000 }, () => {
    const parts = [
      "'",
      '"',
      '`',
      '/*',
      '--\n',
      'match ',
      'vec_f32(',
      'vector_top_k(',
      '(',
      ',',
      'k = ',
      'limit ',
      '?',
      ' ',
    ]
    for (const part of parts) {
      for (const head of ['vector_top_k(', 'match ', 'insert into '])
        assert.equal(typeof told(head + part.repeat(1_000_000 / part.length)).scope, 'string', part)
    }
  })
})

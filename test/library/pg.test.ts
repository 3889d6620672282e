import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { methodsOf } from '../../agent/methods.ts'
import type { Method } from '../../agent/model.ts'
import { callOf } from '../../agent/scope/view.ts'
import pg from '../../instrumentations/pg.ts'
import {
  everything,
  type Format,
  type Import,
  libraryFormats,
  type PackageSet,
  run,
  sets,
} from '../support/application.ts'
import { type PgServer, pgServer } from '../support/pg-server.ts'

/** What pg-cursor is to the client: an object of its own that it drives, and that reads on when it is asked to. */
const cursor = `
  const { EventEmitter } = require('node:events')
  module.exports = class Cursor extends EventEmitter {
    constructor(text, values) { super(); this.text = text; this.values = values; this.rows = 0 }
    submit(connection) {
      this.connection = connection
      connection.parse({ text: this.text }, true)
      connection.bind({ portal: 'c1', values: this.values }, true)
      connection.describe({ type: 'P', name: 'c1' }, true)
      connection.flush()
    }
    read(rows) { this.connection.execute({ portal: 'c1', rows }, true); this.connection.flush() }
    close() { this.connection.close({ type: 'P', name: 'c1' }); this.connection.sync() }
    handleRowDescription() { this.emit('ready') }
    handleDataRow() { this.rows++ }
    handlePortalSuspended() { this.emit('suspended') }
    handleCommandComplete() { this.close() }
    handleReadyForQuery() { this.emit('closed') }
    handleError(error) { this.connection.sync(); this.emit('broken', error) }
  }`

let server: PgServer
before(async () => {
  server = await pgServer()
})
after(() => server.close())

interface Start {
  readonly packages?: PackageSet
  readonly format?: Format
  readonly bare?: boolean
  readonly targets?: readonly string[]
  readonly imports?: readonly Import[]
}
const start = (body: string, { packages = 'previous', format = 'mjs', bare = false, targets, imports }: Start = {}) =>
  run({
    packages,
    format,
    bare,
    config: { ...everything, ...(targets && { targets }) },
    env: { CROSSBRIDGE_PROFILING_DEBUG: targets ? '1' : '' },
    files: { 'cursor.cjs': cursor },
    imports: imports ?? [
      ['pg', 'pg'],
      ['{ Client, Pool, Query }', 'pg'],
      ['Cursor', './cursor.cjs'],
      ['PgCursor', 'pg-cursor'],
      ['QueryStream', 'pg-query-stream'],
    ],
    body: `
      const client = new Client(${server.connection})
      // By a callback, as a pool does: it is no call of its own.
      await new Promise((resolve, reject) => client.connect((error) => (error ? reject(error) : resolve())))
      ${body}
      await client.end()`,
  })

const table = `
  await client.query('DROP TABLE IF EXISTS items')
  await client.query('CREATE TABLE items (id serial PRIMARY KEY, title text, embedding vector(3))')
  await client.query("INSERT INTO items (title, embedding) VALUES ('private one', '[1,2,3]'), ($1, $2)", ['private two', '[4,5,6]'])`
const setUp = ['database.query', 'database.query', 'vector_store.upsert']

for (const packages of sets) {
  for (const format of libraryFormats) {
    describe(`pg, ${packages}, ${format}`, () => {
      const compare = async (body: string) => {
        const bare = await start(body, { packages, format, bare: true })
        const profiled = await start(body, { packages, format })
        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(profiled.printed, bare.printed)
        assert.equal(profiled.code, 0)
        assert.ok(bare.printed.length > 0)
        return profiled
      }

      it('records the connecting of a client of its own, and not that of a pool', async () => {
        const { records } = await compare(`
          const own = new Client(${server.connection})
          print(await own.connect() === undefined)
          print((await own.query('SELECT 1 AS one')).rows)
          await own.end()
          const pool = new Pool({ ...${server.connection}, max: 1 })
          print((await pool.query('SELECT 1 AS one')).rows)
          await pool.end()
          print(await new Client({ host: '127.0.0.1', port: 1 }).connect().catch(({ code }) => code))`)

        assert.deepEqual(
          records.map(({ name, error, metadata }) => [name, metadata?.operation, error !== undefined]),
          [
            ['database.connect', 'connect', false],
            ['database.query', 'select', false],
            ['database.query', 'select', false],
            ['database.connect', 'connect', true],
          ],
        )
      })

      it('records the distances of a search that selects them, or what it takes from one', async () => {
        const { records } = await compare(`
          ${table}
          print((await client.query('SELECT id, embedding <-> $1 AS distance FROM items ORDER BY distance LIMIT 2', ['[1,2,3]'])).rows)
          print((await client.query('SELECT 1 - (embedding <=> $1) AS near FROM items ORDER BY embedding <=> $1 LIMIT 1', ['[1,2,3]'])).rows)
          print((await client.query('SELECT embedding <-> $1 AS distance FROM items ORDER BY id LIMIT 1', ['[1,2,3]'])).rows)`)

        assert.deepEqual(
          records
            .slice(setUp.length)
            .map(({ metadata: { top_score, last_score, score_kind } }) => [top_score, last_score, score_kind]),
          [
            [0, Math.sqrt(27), 'distance'],
            [1, 1, 'similarity'],
            [undefined, undefined, undefined],
          ],
        )
      })

      it('records searches, upserts and plain queries as what they are, and never their texts', async () => {
        const { records } = await compare(`
          ${table}
          print(pg.Client === Client)
          print((await client.query('SELECT id FROM items ORDER BY embedding <-> $1 LIMIT $2', ['[1,2,3]', 1])).rows)
          print((await client.query("SELECT id FROM public.items ORDER BY embedding <=> '[4,5,6]'::vector LIMIT 2")).rows)
          print((await client.query('UPDATE "items" SET embedding = $1 WHERE id = 2', ['[7,8,9]'])).rowCount)
          print((await client.query('SELECT title FROM items WHERE id = $1', [2])).rows)
          print((await client.query('SET statement_timeout = 0; SELECT id FROM items ORDER BY embedding <#> $$[1,2,3]$$::vector LIMIT 1')).map((one) => one.rowCount))
          print((await client.query("SELECT point '(1,2)' <-> point '(1,4)' AS far")).rows)`)

        assert.deepEqual(
          records.map(({ name, library, metadata }) => ({ name, library, ...metadata })),
          [
            { name: 'database.query', operation: 'drop', query_len: 26 },
            { name: 'database.query', operation: 'create', query_len: 75 },
            { name: 'vector_store.upsert', collection: 'items', operation: 'insert', results: 2, query_len: 80 },
            {
              name: 'vector_store.search',
              collection: 'items',
              operation: 'select',
              top_k: 1,
              filtered: false,
              results: 1,
              query_len: 55,
            },
            {
              name: 'vector_store.search',
              collection: 'public.items',
              operation: 'select',
              top_k: 2,
              filtered: false,
              results: 2,
              query_len: 76,
            },
            { name: 'vector_store.upsert', collection: 'items', operation: 'update', results: 1, query_len: 46 },
            { name: 'database.query', collection: 'items', operation: 'select', results: 1, query_len: 37 },
            {
              name: 'vector_store.search',
              collection: 'items',
              operation: 'set',
              top_k: 1,
              filtered: false,
              results: 1,
              query_len: 98,
            },
            { name: 'database.query', operation: 'select', results: 1, query_len: 45 },
          ].map(({ name, ...rest }) => ({ name, library: 'pg', ...rest })),
        )
        assert.doesNotMatch(JSON.stringify(records), /private|\[1,2/)
      })

      it('ends a call with its callback, wherever that stands', async () => {
        const { records } = await compare(`
          const done = (call) => new Promise((resolve) => call((error, result) => {
            print([error?.message ?? null, result?.rows ?? null])
            resolve()
          }))
          const sql = 'SELECT 1 AS one'
          print(client.query('SELECT 0', () => {}) === undefined)
          await done((callback) => client.query(sql, callback))
          await done((callback) => client.query(sql, callback, undefined))
          await done((callback) => client.query(sql, undefined, callback))
          await done((callback) => client.query(sql + ' WHERE $1', [true], callback))
          await done((callback) => client.query({ text: sql, rowMode: 'array' }, callback))
          await done(async (callback) => {
            const config = Object.freeze({ text: sql, callback })
            print(client.query(config) === undefined)
            print(config.callback === callback)
          })
          await done((callback) => client.query('SELEC', callback))
          await done((callback) => client.query({ text: 'SELEC', callback }))`)

        assert.deepEqual(
          records.map(({ name, error }) => error ?? name),
          [...Array(7).fill('database.query'), 'DatabaseError', 'DatabaseError'],
        )
        // Only the callback brings the number of rows.
        for (const { metadata } of records.slice(0, 7)) assert.equal(metadata.results, 1)
      })

      it('knows a named statement that is sent again without its text', async () => {
        const { records } = await compare(`
          ${table}
          const text = 'SELECT id FROM items ORDER BY embedding <-> $1 LIMIT $2'
          print((await client.query({ name: 'near' + process.pid, text, values: ['[1,2,3]', 1] })).rows)
          print((await client.query({ name: 'near' + process.pid, values: ['[4,5,6]', 2], rowMode: 'array' })).rows)`)

        assert.deepEqual(
          records.slice(3).map(({ name, metadata }) => [name, metadata.top_k, metadata.query_len]),
          [
            ['vector_store.search', 1, 55],
            ['vector_store.search', 2, 55],
          ],
        )
      })

      it("hands out the application's own query objects, and ends with them", async () => {
        const { records } = await compare(`
          ${table}
          const ended = (query) => new Promise((resolve) => query.on('end', resolve).on('error', resolve))
          const near = 'SELECT id FROM items ORDER BY embedding <-> $1'
          const query = new Query(near, ['[1,2,3]'])
          print(client.query(query) === query)
          query.on('row', (row) => print(row))
          print((await ended(query)).rowCount)
          const failing = new Query('SELEC')
          client.query(failing)
          print((await ended(failing)).message)
          for (const text of [near, 'SELEC']) {
            await new Promise((resolve) => {
              const own = new Query(text, text === near ? ['[1,2,3]'] : undefined, (error, result) => {
                print([error?.message ?? null, result?.rowCount ?? null])
                resolve()
              })
              print(client.query(own, () => print('never')) === own)
            })
          }
          await new Promise((resolve) => client.query(new Query(near, ['[1,2,3]']), (error, result) => resolve(print(result.rowCount))))
          print((await client.query('SELECT 1 AS one')).rows)`)

        assert.deepEqual(
          records.slice(3).map(({ name, error, metadata }) => [name, error ?? metadata.results]),
          [
            ['vector_store.search', 2],
            ['database.query', 'DatabaseError'],
            ['vector_store.search', 2],
            ['database.query', 'DatabaseError'],
            ['vector_store.search', 2],
            ['database.query', 1],
          ],
        )
      })

      it('ends a cursor when it is read to its end, closed early, or broken', async () => {
        const { records } = await compare(`
          ${table}
          const on = (cursor, event) => new Promise((resolve) => cursor.once(event, resolve))
          const open = (text, values) => { const cursor = new Cursor(text, values); print(client.query(cursor) === cursor); return cursor }
          const near = 'SELECT id FROM items ORDER BY embedding <-> $1 LIMIT 5'
          const whole = open(near, ['[1,2,3]'])
          await on(whole, 'ready')
          whole.read(10)
          await on(whole, 'closed')
          print(whole.rows)
          const part = open(near, ['[1,2,3]'])
          await on(part, 'ready')
          part.read(1)
          await on(part, 'suspended')
          part.close()
          await on(part, 'closed')
          print(part.rows)
          const broken = open('SELEC', [])
          print((await on(broken, 'broken')).message)
          print((await client.query('SELECT 1 AS one')).rows)`)

        assert.deepEqual(
          records.slice(3).map(({ name, error, metadata }) => [name, error ?? metadata.top_k]),
          [
            ['vector_store.search', 5],
            ['vector_store.search', 5],
            ['database.query', 'DatabaseError'],
            ['database.query', undefined],
          ],
        )
      })

      it('records what a cursor or a stream of rows gave, however it is asked for', async () => {
        const { records } = await compare(`
          ${table}
          const near = 'SELECT id FROM items ORDER BY embedding <-> $1 LIMIT 5'
          const many = 'SELECT i FROM generate_series(1, 7) AS i'
          const cursor = client.query(new PgCursor(many))
          for (let rows = await cursor.read(3); rows.length > 0; rows = await cursor.read(3)) print(rows.length)
          const called = client.query(new PgCursor(near, ['[1,2,3]']))
          const read = (count) => new Promise((resolve) => called.read(count, (error, rows) => resolve(rows.length)))
          print([await read(1), await read(1), await read(1)])
          const left = client.query(new PgCursor(many))
          print((await left.read(2)).length)
          await left.close()
          for await (const { i } of client.query(new QueryStream(many, [], { batchSize: 2 }))) print(i)
          for await (const { i } of client.query(new QueryStream(many, [], { batchSize: 2 }))) { print(i); break }
          print(await client.query(new PgCursor('SELEC')).read(1).catch(({ code }) => code))
          print(await client.query(new PgCursor('SELECT 1 / (3 - i) AS i FROM generate_series(1, 7) AS i')).read(5).catch(({ code }) => code))
          print((await client.query('SELECT 1 AS one')).rows)`)

        assert.deepEqual(
          records.slice(3).map(({ name, error, metadata }) => [name, error ?? metadata.results, metadata.chunks]),
          [
            ['database.query', 7, 3],
            ['vector_store.search', 2, 3],
            ['database.query', 2, undefined],
            ['database.query', 7, 4],
            ['database.query', 4, 2],
            ['database.query', 'DatabaseError', undefined],
            ['database.query', 'DatabaseError', undefined],
            ['database.query', 1, undefined],
          ],
        )
      })

      it('fails as without the agent, with the caller in the stack and one unhandledRejection', async () => {
        const { records } = await compare(`
          let raised = 0
          process.on('unhandledRejection', (error) => { raised++; print(error.constructor.name) })
          async function searchForUser() { return await client.query('SELECT nothing FROM nowhere') }
          await searchForUser().catch((error) => print([error.constructor.name, error.code, error.message, error.stack.includes('searchForUser')]))
          try { client.query(null) } catch (error) { print([error.constructor.name, error.message]) }
          await client.query('SELEC').catch(() => {})
          client.query('SELEC')
          while (raised === 0) await new Promise((resolve) => setTimeout(resolve, 5))
          await client.query('SELECT 1')
          print(raised)
          const { query } = Client.prototype
          print([query.name, query.length, Object.keys(query), Object.keys(client).sort(), client instanceof pg.Client])
          const promise = client.query('SELECT 1')
          print([promise.constructor === Promise, Object.getOwnPropertyNames(promise)])
          await promise`)

        assert.deepEqual(
          records.map(({ error }) => error),
          ['DatabaseError', 'TypeError', 'DatabaseError', 'DatabaseError', undefined, undefined],
        )
      })

      it('records what asks a pool for a connection, and what gets none in time', async () => {
        const { records } = await compare(`
          const pool = new Pool({ ...${server.connection}, max: 1 })
          const held = await pool.connect()
          // Of those that wait for it alone: opening one may take longer on a busy machine.
          pool.options.connectionTimeoutMillis = 50
          print((await held.query('SELECT 1 AS one')).rows)
          print(await pool.query('SELECT 2 AS two').catch(({ message }) => message))
          print(await new Promise((resolve) => pool.query('SELECT 3 AS three', ({ message }) => resolve(message))))
          print(await pool.connect().catch(({ message }) => message))
          pool.options.connectionTimeoutMillis = 0
          held.release()
          pool.connect((error, client, release) => client.query('SELECT 4', () => release()))
          print((await pool.query('SELECT 5 AS five')).rows)
          await pool.end()
          print(await pool.query('SELECT 6').catch(({ message }) => message))`)

        const shown = records.map(({ name, error, metadata: { operation, results, pool_wait_ms: wait } }) => {
          return [name, error ?? operation, results, wait === undefined ? undefined : wait >= 48 ? 'long' : 'waited']
        })
        const [held, first, ...rest] = shown
        assert.deepEqual(
          [held?.slice(0, 2), first, ...rest.slice(0, 3)],
          [
            ['database.connect', undefined],
            ['database.query', 'select', 1, undefined],
            ['database.query', 'Error', undefined, 'long'],
            ['database.query', 'Error', undefined, 'long'],
            ['database.connect', 'Error', undefined, 'long'],
          ],
        )
        assert.deepEqual(
          rest.slice(3).map((one) => one.slice(0, 3)),
          [
            ['database.connect', undefined, undefined],
            ['database.query', 'select', 1],
            ['database.query', 'select', 1],
            ['database.query', 'Error', undefined],
          ],
        )
      })

      it('keeps 200 queries of a pool apart', async () => {
        const { records } = await compare(`
          ${table}
          const pool = new Pool({ ...${server.connection}, max: 8 })
          const near = (i) => ['SELECT ' + i + '::int AS i FROM items ORDER BY embedding <-> $1 LIMIT ' + (1 + (i % 2)), ['[1,2,3]']]
          const results = await Promise.all(Array.from({ length: 200 }, (_, i) =>
            i % 4 ? pool.query(...near(i)) : new Promise((resolve) => pool.query(...near(i), (error, result) => resolve(result)))))
          print(results.every(({ rows }, i) => rows.length === 1 + (i % 2) && rows.every((row) => row.i === i)))
          print([pool.totalCount <= 8, pool.waitingCount])
          await pool.end()`)

        assert.deepEqual(
          records.slice(0, 3).map(({ name }) => name),
          setUp,
        )
        const searches = records.slice(3)
        assert.equal(searches.length, 200)
        for (const { name, metadata } of searches) {
          assert.equal(name, 'vector_store.search')
          assert.equal(metadata.results, metadata.top_k)
        }
      })
    })
  }
}

describe('pg, targets', () => {
  const body = `${table}
    await client.query('SELECT id FROM items ORDER BY embedding <-> $1', ['[1,2,3]'])
    await client.query('SELECT count(*) FROM items')`

  it('leaves nothing of plain SQL with [vector_store], not even a count', async () => {
    const { records, stderr } = await start(body, { targets: ['vector_store'] })

    assert.deepEqual(
      records.map(({ name }) => name),
      ['vector_store.upsert', 'vector_store.search'],
    )
    assert.match(stderr, /pg vector_store\.search: 1 seen, 1 emitted/)
    assert.match(stderr, /pg database\.query: not called/)
  })

  it('takes both with [pg], and only plain SQL with [database]', async () => {
    const both = await start(body, { targets: ['pg'] })
    const plain = await start(body, { targets: ['database'] })

    assert.deepEqual(
      both.records.map(({ name }) => name),
      [...setUp, 'vector_store.search', 'database.query'],
    )
    assert.deepEqual(
      plain.records.map(({ name }) => name),
      ['database.query', 'database.query', 'database.query'],
    )
  })

  it('leaves the client untouched where it is not targeted', async () => {
    const isItsOwn = `print(String(Client.prototype.query).includes('submit'))`
    const { printed } = await start(isItsOwn, { targets: ['pg'] })
    const { printed: untargeted, stderr } = await start(isItsOwn, { targets: ['openai'] })

    assert.deepEqual([printed, untargeted], [[false], [true]])
    assert.match(stderr, /disabled \(.*\): .*\bpg\b/)
  })
})

describe('pg, statements', () => {
  /** As which scope a call would be recorded, and with which metadata. */
  const told = (...args: unknown[]) => {
    const call = callOf({ self: {}, args })
    const methods: readonly Method[] = methodsOf(pg)
    const method = methods.find(({ when }) => typeof when !== 'function' || when(call))
    const read = (key: string) => {
      const path = method?.metadata?.[key]
      return typeof path === 'function' ? path(call) : path
    }
    return { scope: method?.scope, collection: read('collection'), top_k: read('top_k') }
  }
  const scopeOf = (...args: unknown[]) => told(...args).scope

  it('sees a search where a vector operator meets a vector', () => {
    for (const operator of ['<->', '<=>', '<#>', '<+>']) {
      assert.equal(scopeOf(`SELECT * FROM t ORDER BY e ${operator} '[1,-2.5e-3, .5]' LIMIT 5`), 'search')
      assert.equal(scopeOf(`SELECT * FROM t ORDER BY e${operator}$1::vector(3)`), 'search')
      assert.equal(scopeOf(`SELECT * FROM t ORDER BY e ${operator} $1`, ['[0.25]']), 'search')
      assert.equal(scopeOf({ text: `SELECT * FROM t ORDER BY e ${operator} $1`, values: ['[0.25]'] }), 'search')
    }
    const cursor = { text: 'SELECT * FROM t ORDER BY e <-> $1 LIMIT 2', values: ['[1,2]'] }
    assert.deepEqual(told({ cursor }), { scope: 'search', collection: 't', top_k: 2 })
    assert.equal(scopeOf("SELECT * FROM t ORDER BY e <~> '101'"), 'search')
    assert.equal(scopeOf('SELECT * FROM t ORDER BY e <%> $1', ['0110']), 'search')
    assert.equal(scopeOf('SELECT * FROM t ORDER BY binary_quantize(e)::bit(3) <~> binary_quantize($1)'), 'search')
    assert.equal(scopeOf('SELECT * FROM t ORDER BY e::halfvec(3) <-> $1'), 'search')
    assert.equal(scopeOf('SELECT * FROM t ORDER BY e <-> $1', ['{1:0.5,3:2}/5']), 'search')
    assert.equal(scopeOf('SELECT * FROM t ORDER BY e OPERATOR(ext.<->) CAST($1 AS ext.vector(3))'), 'search')
    assert.equal(scopeOf('SELECT * FROM t ORDER BY e <-> $1', [`[${'0.125,'.repeat(3000)}1]`]), 'search')
    assert.equal(scopeOf('WITH q AS (SELECT $1::vector AS v) SELECT * FROM t, q ORDER BY e <=> v'), 'search')
    assert.equal(scopeOf("/* from the app */ SELECT 'it''s' FROM t ORDER BY e <-> $1::vector -- near"), 'search')
  })

  it('is not fooled by the same operators of cubes, points and trigrams, nor by texts and comments', () => {
    for (const sql of [
      'SELECT * FROM t ORDER BY c <-> cube(array[1,2])',
      "SELECT point '(1,2)' <-> point '(3,4)'",
      "SELECT * FROM t WHERE a <<-> 'word' AND v = '[1,2]'",
      "SELECT * FROM t WHERE a <->> 'word' AND v = '[1,2]'",
      "SELECT * FROM t WHERE title = 'a <-> b' AND v = '[1,2,3]'",
      "SELECT * FROM t WHERE title = E'it\\'s <-> b' AND v = '[1,2,3]'",
      "SELECT '[1,2,3]'::vector -- <-> ",
      "SELECT '[1,2,3]'::vector /* <-> */",
      'SELECT "a <-> b" FROM t WHERE v = $1::vector',
      "SELECT $tag$ a <-> b $tag$, '[1,2,3]'",
      "SELECT a <-> b, '[1,\"a\"]', '::vector' FROM t",
      'SELECT a <-> b FROM t -- ::vector',
      'CREATE TABLE t (e vector(3))',
      'CREATE INDEX ON t USING hnsw (e vector_l2_ops)',
      'SELECT * FROM t FOR UPDATE',
      "SELECT * FROM t WHERE title = 'insert into t' AND e = '[1,2]'",
      'INSERT INTO t (title) VALUES ($1)',
      'DELETE FROM t WHERE id = 1',
      '',
    ])
      assert.equal(scopeOf(sql), 'query', sql)
    assert.equal(scopeOf('SELECT * FROM t ORDER BY c <-> $1 LIMIT $2', ['(1,2)', '10']), 'query')
    assert.equal(scopeOf('INSERT INTO t (title, n) VALUES ($1, $2)', ['[draft] 1', 5]), 'query')
    for (const odd of [undefined, null, 7, {}, { text: 5 }, { values: 5 }, Symbol.iterator, [], () => {}])
      assert.equal(scopeOf(odd), 'query')
  })

  it('sees an upsert where a statement writes a vector', () => {
    for (const sql of [
      "INSERT INTO t (e) VALUES ('[1,2,3]') ON CONFLICT (id) DO UPDATE SET e = excluded.e",
      "  -- new\n insert into t (e) values ('[1,2,3]')",
      'UPDATE t SET e = $1::vector WHERE id = 1',
      'INSERT INTO t SELECT * FROM unnest($1::text[], $2::vector[])',
      'WITH n AS (SELECT $1::vector AS e) INSERT INTO t (e) SELECT e FROM n',
      'INSERT INTO t (e) SELECT e FROM s ORDER BY e <-> $1::vector LIMIT 5',
      'MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET e = s.e::vector',
    ])
      assert.equal(scopeOf(sql), 'upsert', sql)
  })

  it('reads the table and the limit, where they are cheaply told', () => {
    const cases: [unknown, string | undefined, number | undefined, unknown[]?][] = [
      ['SELECT * FROM items LIMIT 5', 'items', 5],
      ['SELECT * FROM "Items" LIMIT 5 OFFSET 2', 'Items', 5],
      ['SELECT * FROM only "my"."größe" fetch first 7 rows only', 'my.größe', 7],
      ['SELECT extract(epoch FROM t) FROM items LIMIT $2', 'items', 9, ['x', 9]],
      ['SELECT * FROM items LIMIT $1', 'items', 9, ['9']],
      ['SELECT * FROM (SELECT * FROM items LIMIT 50) LIMIT ALL', 'items', undefined],
      ['SELECT * FROM unnest($1::int[])', undefined, undefined, [[1]]],
      ["SELECT 'from secrets limit 3'", undefined, undefined],
      ['SELECT * FROM items LIMIT $1', 'items', undefined],
      ['INSERT INTO items(title) VALUES (1)', 'items', undefined],
      ['UPDATE ONLY a.items AS i SET x = 1 FROM other', 'a.items', undefined],
      ['DELETE FROM items', 'items', undefined],
      ['SELECT * FROM "odd name" LIMIT 1', undefined, 1],
    ]
    for (const [sql, collection, top_k, values] of cases) {
      assert.deepEqual({ ...told(sql, values), scope: '' }, { scope: '', collection, top_k }, String(sql))
    }
  })

  it('comes to an end with a megabyte of anything', { timeout: 120_000 }, () => {
    const parts = [
      "'",
      "''",
      "E'\\'",
      '"',
      '$a$b',
      '$a',
      '/*',
      '--\n',
      '<-> ',
      '<',
      'from ',
      'from a.',
      'a',
      ' ',
      '(',
      '[1,',
    ]
    const more = [
      'limit ',
      'as ',
      ':: ',
      'update ',
      'insert ',
      'insert into ',
      'fetch first ',
      'only ',
      '\\',
      "('abc', 1),",
    ]
    for (const part of [...parts, ...more]) {
      for (const head of ['<-> ', 'insert into '])
        assert.equal(typeof told(head + part.repeat(1_000_000 / part.length)).scope, 'string')
    }
  })
})

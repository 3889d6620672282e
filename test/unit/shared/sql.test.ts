import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pgvector } from '../../../instrumentations/shared/dialects.ts'
import { compileStatements, firstWord, noted, type Values } from '../../../instrumentations/shared/sql.ts'
import { saidOf } from '../../support/said.ts'

const { scopes } = compileStatements({
  dialect: pgvector,
  sqlOf: ({ args }) => args[0],
  valuesOf: ({ args }) => (args[1] ?? []) as Values,
  results: 'result.rowCount',
})
const said = (sql: unknown, values?: unknown, result?: unknown) => saidOf(scopes, { args: [sql, values], result })
const partsOf = (sql: string, values?: unknown) => {
  const { scope, collection, operation, top_k } = said(sql, values) ?? {}
  return [scope, collection, operation, top_k]
}

describe('a statement of SQL', () => {
  it('is a search, an upsert or a query, with its table, verb, limit, length and rows', () => {
    const sql = 'SELECT * FROM "Items" ORDER BY embedding <-> $1 LIMIT $2'

    assert.deepEqual(said(sql, ['[1,2]', 5], { rowCount: 3 }), {
      scope: 'search',
      collection: 'Items',
      operation: 'select',
      top_k: 5,
      results: 3,
      query_len: sql.length,
      filtered: false,
    })
    assert.deepEqual(partsOf('insert into app.items (e) values ($1)', ['[0.5,1]']), [
      ...['upsert', 'app.items', 'insert', undefined],
    ])
    assert.deepEqual(partsOf('update only items set a = 1'), ['query', 'items', 'update', undefined])
    assert.deepEqual(partsOf('(select a from b join c on true)'), ['query', 'b', 'select', undefined])
  })

  it('is filtered by a condition that is not the search itself', () => {
    const near = "e <-> '[1,2]'"
    const filtered = (where: string) => said(`select a from t ${where} order by ${near} limit 3`)?.filtered

    assert.equal(filtered(''), false)
    assert.equal(filtered(`where ${near} < 0.5`), false)
    assert.equal(filtered(`where (${near}) between 0 and 1`), false)
    assert.equal(filtered('where a = 1'), true)
    assert.equal(filtered(`where ${near} < 0.5 and a in (select b from c)`), true)
    assert.equal(filtered(`join (select b from c where d) c on true`), true)
    assert.equal(filtered(`/* where a = 1 */`), false)
  })

  it('has the candidates that it sets for itself', () => {
    const search = "select a from t order by e <-> '[1,2]'"

    assert.equal(said(`set local hnsw.ef_search = 120; ${search}`)?.candidates, 120)
    assert.equal(said(`set ivfflat.probes to 9; ${search}`)?.candidates, 9)
    assert.equal(said(search)?.candidates, undefined)
  })

  it('deletes what is near to a vector, or is a query', () => {
    assert.deepEqual(partsOf("delete from items where e <-> '[1,2]' < 0.5"), ['delete', 'items', 'delete', undefined])
    assert.deepEqual(partsOf('delete from items where a = 1'), ['query', 'items', 'delete', undefined])
  })

  it('is an upsert where it updates to a vector, a query where it only compares with one', () => {
    const scopeOf = (sql: string, values?: unknown) => said(sql, values)?.scope
    const vector = '[1,2]'
    const near = `e <-> '${vector}'`

    for (const sql of [
      `update t set seen = true where ${near} < 0.5`,
      `update t set seen = true where e = '${vector}'`,
      `update t set seen = (select count(*) from s where ${near} < 0.5) where id = 1`,
      `update t set score = ${near}`,
    ])
      assert.equal(scopeOf(sql), 'query', sql)
    for (const sql of [
      `update t set e = '${vector}' where id = 2`,
      `update t set e = '${vector}' where ${near} < 0.5`,
      `update t set n = (select a from s where ${near} < 1 order by a), e = '${vector}'`,
      `update t set e = (select f from s where (a) > (1)), g = '${vector}' where id = 1`,
      `insert into t select * from s order by ${near} limit 5`,
    ])
      assert.equal(scopeOf(sql), 'upsert', sql)

    assert.equal(scopeOf('update t set n = $1 where e <-> $2 < $3', [1, vector, 0.5]), 'query')
    assert.equal(scopeOf('update t set e = $2 where id = $1', [1, vector]), 'upsert')
    assert.equal(scopeOf('update t set n = ?, m = ? where e <-> ? < ?', [1, 2, vector, 0.5]), 'query')
    assert.equal(scopeOf('update t set n = ?, e = ? where e <-> ? < ?', [1, vector, vector, 0.5]), 'upsert')
    assert.equal(scopeOf('update t set n = :n where e <-> :e < 1', { n: 1, e: vector }), 'query')
    assert.equal(scopeOf('update t set e = :e where n = :n', { n: 1, e: vector }), 'upsert')
    assert.equal(
      scopeOf("update t set e = $1, n = $2 where a ? 'b' and c @> d and f[1:2] = $3", [vector, 1, 2]),
      'upsert',
    )
    // A driver puts the values of a row without a sign into the text.
    assert.equal(scopeOf('update t set where id = $2', [vector, 1]), 'upsert')
  })

  it('is what stands behind its `with`, or what a query in that writes', () => {
    const ids = 'with ids (id) as materialized (select max(id) from other), more as (select (1)) '
    const near = 'with near as (select id from docs order by e <-> $1 limit 3) '

    assert.deepEqual(partsOf(`${ids} update only docs set e = $1 where id in (select id from ids)`, ['[1,2]']), [
      ...['upsert', 'docs', 'update', undefined],
    ])
    assert.deepEqual(partsOf(`${ids} insert into docs select id, $1 from ids`, ['[1,2]']), [
      ...['upsert', 'docs', 'insert', undefined],
    ])
    assert.deepEqual(partsOf(`${ids} delete from docs using ids where docs.id = ids.id`), [
      ...['query', 'docs', 'delete', undefined],
    ])
    assert.deepEqual(partsOf(`with up as (update docs set e = $1 returning id) select * from up`, ['[1,2]']), [
      ...['upsert', 'docs', 'update', undefined],
    ])
    assert.deepEqual(partsOf(`${near} update docs set seen = true where id in (select id from near)`, ['[1,2]']), [
      ...['query', 'docs', 'update', 3],
    ])
    assert.deepEqual(partsOf(`${near} delete from docs where id in (select id from near)`, ['[1,2]']), [
      ...['delete', 'docs', 'delete', 3],
    ])
    assert.deepEqual(partsOf(`${near} select * from near`, ['[1,2]']), ['search', 'docs', 'select', 3])
    assert.deepEqual(partsOf('with a as (select (1)'), ['query', undefined, undefined, undefined])
    assert.deepEqual(partsOf('with'), ['query', undefined, 'with', undefined])
  })

  it('is read without its strings, quoted names and comments', () => {
    const search = "order by e <-> '[1,2]'"

    assert.deepEqual(partsOf(`select '${search.replaceAll("'", "''")}' from a`), ['query', 'a', 'select', undefined])
    assert.deepEqual(partsOf(`/* from x */ select -- from y\n a from z ${search} limit 2`), [
      'search',
      'z',
      'select',
      2,
    ])
    assert.deepEqual(partsOf(`select $q$ from x $q$, "limit 3" from z`), ['query', 'z', 'select', undefined])
    assert.deepEqual(partsOf(`select E'it\\'s from x' from z`), ['query', 'z', 'select', undefined])
    assert.deepEqual(partsOf(`select 'from x that is never closed`), ['query', undefined, 'select', undefined])
  })

  it('has the limit that stands last, by number, by place or by name', () => {
    const limitOf = (sql: string, values?: unknown) => said(sql, values)?.top_k

    assert.equal(limitOf('select a from (select b limit 3) limit 10'), 10)
    assert.equal(limitOf('select a where b = ? limit ?', [1, 4]), 4)
    assert.equal(limitOf('select a limit :most', { most: 6 }), 6)
    assert.equal(limitOf('select a limit @most', { '@most': 7 }), 7)
    assert.equal(limitOf('select a fetch first 8 rows only'), 8)
    assert.equal(limitOf('select a limit all'), undefined)
    assert.equal(limitOf('select a limit $1', [{}]), undefined)
  })

  it('has no table in a function, a subquery or an extract', () => {
    for (const sql of [
      'select a from f(1)',
      'select extract(epoch from t)',
      'select * from (select a from b) c',
      'select 1',
    ])
      assert.equal(said(sql)?.collection, undefined, sql)
  })

  it('is a query without more where it is not a text', () => {
    for (const sql of [undefined, null, 5, {}, ['select 1']]) assert.deepEqual(said(sql), { scope: 'query' })
  })

  it('is read in time, whatever it holds', () => {
    for (const part of ["'", '"', '$a$', '/*', '--', '(', 'limit ', 'from '])
      assert.ok(said(`select 1 where e <-> ${part.repeat(50_000)}`))
    for (const part of ['? ', 'where ', 'where ( ', 'order by ) ', '<->', '$1<->', 'list_distance('])
      assert.ok(said(`update t set e = '[1,2]' where ${part.repeat(20_000)}`, Array(20_000).fill(1)))
    for (const part of ['(', 'as (', 'as ', 'as not ', 'a as (), ', 'a as (update b), '])
      assert.ok(said(`with a as (${part.repeat(30_000)}`))
  })

  it('is of no scope where it is not accepted', () => {
    const { scopes: none } = compileStatements({
      dialect: pgvector,
      sqlOf: ({ args }) => args[0],
      valuesOf: () => [],
      results: 'undefined',
      accepts: ({ args }) => args[1] === true,
    })

    assert.equal(saidOf(none, { args: ['select 1', false] }), undefined)
    assert.equal(saidOf(none, { args: ['select 1', true] })?.scope, 'query')
  })
})

it('the first word of an argument is its verb, where nothing stands before it', () => {
  const call = (arg: unknown) => firstWord({ args: [arg] } as never)

  assert.equal(call('  SELECT 1'), 'select')
  for (const arg of ['(select 1)', '', 5, undefined]) assert.equal(call(arg), undefined)
})

it('a note is told of calls of each scope', () => {
  const note = () => {}

  assert.deepEqual(
    noted(note).map((one) => [one.scope, one.note]),
    ['search', 'upsert', 'delete', 'database.query'].map((scope) => [scope, note]),
  )
})

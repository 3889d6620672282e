import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { statement } from '../../../instrumentations/shared/mysql.ts'
import { saidOf } from '../../support/said.ts'

const said = (...args: unknown[]) => saidOf(statement, { args })
const scopeOf = (...args: unknown[]) => said(...args)?.scope

describe('a statement of MySQL', () => {
  it("searches by MariaDB's, MySQL's and TiDB's functions", () => {
    const sql = 'select a from `my db`.`items` order by vec_distance_cosine(e, ?) limit ?, ?'
    assert.deepEqual(said(sql, ['x', 1, 5]), {
      ...{
        scope: 'search',
        collection: 'my db.items',
        operation: 'select',
        top_k: 5,
        query_len: sql.length,
        filtered: false,
      },
    })
    assert.equal(scopeOf({ sql: 'select distance(a, b)' }), 'search')
    assert.equal(scopeOf('select vector_distance(a, b)'), 'search')
    assert.equal(scopeOf('select st_distance(a, b)'), 'query')
  })

  it('writes vectors', () => {
    assert.equal(scopeOf('insert ignore into a values (vec_fromtext(?))'), 'upsert')
    assert.equal(said('insert ignore into a values (to_vector(?))')?.collection, 'a')
    assert.equal(scopeOf('replace into a select string_to_vector(b), distance(a, b) from c'), 'upsert')
    assert.equal(scopeOf('update a set b = vec_fromtext(?) where c = 1'), 'upsert')
    assert.equal(scopeOf('update a set b = 1 where vec_distance_cosine(c, vec_fromtext(?)) < 0.5'), 'query')
    assert.equal(scopeOf('select vec_fromtext(a)'), 'query')
  })

  it('is read without its strings and its three kinds of comments', () => {
    for (const text of [
      "'distance('",
      '"distance("',
      '-- distance(',
      '# distance(',
      '/* distance( */',
      "'\\' distance(",
    ])
      assert.equal(scopeOf(`select 1 ${text}`), 'query', text)
    const near = 'vec_distance(e, ?)'
    assert.equal(said(`select a from t where b = 1 order by ${near}`)?.filtered, true)
    assert.equal(said(`select a from t where ${near} < 0.5`)?.filtered, false)
    assert.equal(said(`delete from t where ${near} < 0.5`)?.scope, 'delete')
    assert.equal(said("select '?' from a limit ?", [9])?.top_k, 9)
  })

  it('tells its rows: those that it gave, or those that its last statement changed', () => {
    const results = (result: unknown) => saidOf(statement, { args: ['select 1'], result })?.results

    assert.equal(results([1, 2]), 2)
    assert.equal(results({ affectedRows: 3 }), 3)
    assert.equal(results({ _rows: [{ affectedRows: 1 }, { affectedRows: 4 }] }), 4)
    assert.equal(results({ _rows: [[{}]] }), undefined)
  })

  it('is none where a pool hands on its own', () => {
    assert.equal(said({ start() {}, sql: 'select 1' }), undefined)
    assert.equal(
      said(() => {}),
      undefined,
    )
    assert.deepEqual(said(5), { scope: 'query', query_len: 0 })
  })
})

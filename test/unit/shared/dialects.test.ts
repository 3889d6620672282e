import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { duckdb, pgvector, sqlite } from '../../../instrumentations/shared/dialects.ts'
import { compileStatements, type Dialect, type Values } from '../../../instrumentations/shared/sql.ts'
import { saidOf } from '../../support/said.ts'

const scopeOf = (dialect: Dialect, sql: string, values: Values = []) =>
  saidOf(compileStatements({ dialect, sqlOf: () => sql, valuesOf: () => values, results: 'undefined' }).scopes, {})

describe('the dialects of SQL', () => {
  it("pgvector's operators search, where a vector is in sight", () => {
    const by = (operator: string) => `select a from b order by e ${operator} $1`
    for (const operator of ['<->', '<#>', '<=>', '<+>'])
      assert.equal(scopeOf(pgvector, by(operator), ['[1,2]'])?.scope, 'search', operator)
    assert.equal(scopeOf(pgvector, by('<~>'), ['0101'])?.scope, 'search')
    assert.equal(scopeOf(pgvector, `${by('<->')}::vector`, [{}])?.scope, 'search')
    assert.equal(scopeOf(pgvector, by('<->'), ['{1:0.5}/9'])?.scope, 'search')

    // Of points, trigrams and boxes.
    assert.equal(scopeOf(pgvector, by('<->'), ['(1,2)'])?.scope, 'query')
    assert.equal(scopeOf(pgvector, by('<<->'), ['[1,2]'])?.scope, 'query')
    assert.equal(scopeOf(pgvector, 'select 1 where $1 < 2', ['[1,2]'])?.scope, 'query')
  })

  it("SQLite's functions search, and MATCH with a vector or a k", () => {
    const match = 'select a from b where e match ?'
    assert.equal(scopeOf(sqlite, 'select vec_distance_cosine(a, ?)')?.scope, 'search')
    assert.deepEqual(scopeOf(sqlite, `${match} and k = 3`), {
      ...{
        scope: 'search',
        collection: 'b',
        operation: 'select',
        top_k: 3,
        query_len: match.length + 10,
        filtered: false,
      },
    })
    assert.equal(scopeOf(sqlite, match, [Float32Array.of(0.5, 1)])?.scope, 'search')
    assert.equal(scopeOf(sqlite, `${match} and k = 5`, ['[1,2]'])?.filtered, false)
    assert.equal(scopeOf(sqlite, `${match} and k = 5 and c = 1`, ['[1,2]'])?.filtered, true)
    assert.equal(scopeOf(sqlite, "select id from vector_top_k('i', vector('[1,2]'), 9)")?.top_k, 9)
    assert.equal(scopeOf(sqlite, match, ['words'])?.scope, 'query')
    assert.equal(scopeOf(sqlite, 'insert into t values (?)', [new Float32Array([0.5, 1]).buffer])?.scope, 'upsert')
    assert.equal(scopeOf(sqlite, 'insert into t values (vector32(?))', ['x'])?.scope, 'upsert')
    assert.equal(scopeOf(sqlite, 'update t set n = vec_distance_l2(e, vec_f32(?))', ['x'])?.scope, 'query')
    assert.equal(scopeOf(sqlite, 'update t set e = vec_f32(?) where vec_distance_l2(e, ?) < 1', ['x'])?.scope, 'upsert')
    assert.equal(scopeOf(sqlite, 'insert into t values (?)', [Buffer.from('any bytes at all')])?.scope, 'query')
  })

  it("DuckDB's functions search, lists and arrays of numbers are vectors", () => {
    assert.equal(scopeOf(duckdb, 'select array_cosine_distance(a, b) from c')?.scope, 'search')
    assert.equal(scopeOf(duckdb, 'select list_dot_product(a, b) from c')?.scope, 'search')
    assert.equal(scopeOf(duckdb, 'select a <=> b from c')?.scope, 'search')
    assert.equal(scopeOf(duckdb, 'select array_length(a) from c')?.scope, 'query')
    assert.equal(scopeOf(duckdb, 'insert into t values (?)', [[0.5, 1]])?.scope, 'upsert')
    assert.equal(scopeOf(duckdb, 'insert into t values (?)', { v: { items: [0.5, 1] } })?.scope, 'upsert')
    assert.equal(scopeOf(duckdb, 'insert into t values ([1, 2]::FLOAT[2])')?.scope, 'upsert')
    assert.equal(scopeOf(duckdb, 'insert into t values (?)', [['a', 'b']])?.scope, 'query')
    assert.equal(scopeOf(duckdb, 'update t set n = list_distance(e, ?), m = ?', [[0.5, 1], 2])?.scope, 'query')
    assert.equal(scopeOf(duckdb, 'update t set n = array_distance(e, f), e = ?', [[0.5, 1]])?.scope, 'upsert')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Call, Read } from '../../../agent/model.ts'
import { callOf } from '../../../agent/scope/view.ts'
import { esql, esqlSearch, searchesEsql } from '../../../instrumentations/shared/esql.ts'

const of = (query: unknown, more: object = {}) => callOf({ self: undefined, args: [{ query, ...more }] })
const reads: Readonly<Record<string, Read>> = { ...esql, ...esqlSearch }
const read = (key: string, query: string, more?: object) => (reads[key] as (call: Call) => unknown)(of(query, more))

describe('a query of ES|QL', () => {
  it('searches by vector where a function of it does, not where a text or comment says so', () => {
    for (const query of ['FROM a | WHERE knn(v, [1])', 'from a | eval s = V_L2_NORM (v, ?v)'])
      assert.ok(searchesEsql(of(query)), query)
    for (const query of [
      'FROM a | WHERE b == "knn(v)"',
      'FROM a // knn(v)\n| LIMIT 1',
      'FROM a /* knn( */',
      'FROM a | EVAL b = """knn( "c" """',
      undefined,
    ])
      assert.ok(!searchesEsql(of(query)), query)
  })

  it('says its indices, its last limit and what is looked at', () => {
    const query =
      'FROM a-1 , logs:b* METADATA _score | LIMIT 100 | WHERE KNN(v, ?, { "min_candidates" : 70 }) | LIMIT 5'

    assert.equal(read('collection', query), 'a-1,logs:b*')
    assert.equal(read('top_k', query), 5)
    assert.equal(read('candidates', query), 70)
    assert.equal(read('collection', 'ROW a = 1'), undefined)
    assert.equal(read('top_k', 'FROM a'), undefined)
  })

  it('is filtered by any other condition', () => {
    const filtered = (query: string, more?: object) => read('filtered', query, more)

    assert.equal(filtered('FROM a | WHERE KNN(v, [1])'), false)
    assert.equal(filtered('FROM a | WHERE KNN(v, [1]) AND b > 1'), true)
    assert.equal(filtered('FROM a | WHERE b > 1 | EVAL s = v_cosine(v, [1])'), true)
    assert.equal(filtered('FROM a | WHERE KNN(v, [1])', { filter: { term: {} } }), true)
  })
})

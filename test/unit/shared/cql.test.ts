import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eachRow, statement } from '../../../instrumentations/shared/cql.ts'
import { saidOf } from '../../support/said.ts'

const search = 'SELECT a FROM k.films WHERE b = ? ORDER BY e ANN OF ? LIMIT 5'
/** As the driver makes one: its elements are behind a proxy. */
const vector = new Proxy({ elements: [0.5, 1], length: 2, subtype: 'float' }, {})

describe('a statement of CQL', () => {
  it('searches by ANN OF, and has a filter where it has a condition', () => {
    assert.deepEqual(saidOf(statement, { args: [search, [1, vector]], result: { rowLength: 3 } }), {
      ...{ scope: 'search', collection: 'k.films', operation: 'select', top_k: 5, filtered: true, results: 3 },
      query_len: search.length,
    })
    assert.equal(saidOf(statement, { args: ['select a from b order by e ann of [0.1, 1] limit 1'] })?.filtered, false)
    assert.equal(saidOf(statement, { args: ["select 'order by e ann of' from b"] })?.scope, 'query')
  })

  it("writes vectors: the driver's own, or such as stand in it", () => {
    const insert = 'insert into films (e) values (?)'
    const scopeOf = (...args: unknown[]) => saidOf(statement, { args })?.scope

    assert.equal(scopeOf(insert, [vector]), 'upsert')
    assert.equal(scopeOf('insert into films (e) values (:e)', { e: vector }), 'upsert')
    assert.equal(scopeOf('insert into films (e) values ([0.5, 1])'), 'upsert')
    assert.equal(scopeOf(insert, [[0.5, 1]]), 'query')
    assert.equal(scopeOf(insert, [new Proxy({}, {})]), 'query')
  })

  it('is of a batch the first', () => {
    const first = { query: 'insert into films (e) values (?)', params: [vector] }

    assert.equal(saidOf(statement, { args: [[first, 'delete from a']] })?.scope, 'upsert')
    assert.equal(saidOf(statement, { args: [['delete from a', first]] })?.operation, 'delete')
    for (const odd of [[], undefined, 5]) assert.deepEqual(saidOf(statement, { args: [odd] }), { scope: 'query' })
  })

  it('is none of rows that are called back, where nobody is told of their end', () => {
    const none = () => {}

    assert.equal(saidOf(eachRow, { args: [search, [], none] }), undefined)
    assert.equal(saidOf(eachRow, { args: [search, [], none, none] })?.scope, 'search')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { batch, statement } from '../../../instrumentations/shared/libsql.ts'
import { saidOf } from '../../support/said.ts'

const search = "select id from vector_top_k('i', ?, ?)"
const vector = Float32Array.of(0.5, 1)

describe('statements of libSQL', () => {
  it('are a text and values, a pair, or an object', () => {
    for (const args of [[search, [vector, 5]], [[search, [vector, 5]]], [{ sql: search, args: [vector, 5] }]])
      assert.deepEqual(
        ['scope', 'top_k'].map((key) => saidOf(statement, { args })?.[key]),
        ['search', 5],
      )
    assert.deepEqual(saidOf(statement, { args: [undefined] }), { scope: 'query' })
  })

  it('tell the rows that they gave, or changed', () => {
    const rows = (result: unknown) => saidOf(statement, { args: ['select 1'], result })?.results

    assert.equal(rows({ rows: [1, 2], rowsAffected: 0 }), 2)
    assert.equal(rows({ rows: [], rowsAffected: 3 }), 3)
    assert.equal(rows({ rows: [], rowsAffected: 0 }), 0)
  })

  it('are in a batch what the foremost of them is, all together', () => {
    const insert = { sql: 'insert into b values (?)', args: [vector] }
    const result = [{ rows: [1, 2] }, { rows: [], rowsAffected: 3 }, undefined]

    assert.deepEqual(saidOf(batch, { args: [['delete from a', insert, 'select 1']], result }), {
      ...{ scope: 'upsert', collection: 'b', operation: 'insert', query_len: insert.sql.length },
      ...{ batch_size: 3, results: 5 },
    })
    assert.equal(saidOf(batch, { args: [[insert, search]] })?.scope, 'search')
    assert.equal(saidOf(batch, { args: [['delete from a', 'select 1']] })?.collection, 'a')
  })

  it('are looked at in a batch as far as 100', () => {
    const scopeAfter = (count: number) => saidOf(batch, { args: [[...Array(count).fill('select 1'), search]] })?.scope

    assert.equal(scopeAfter(99), 'search')
    assert.equal(scopeAfter(100), 'query')
  })
})

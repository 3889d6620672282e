import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { methodsOf } from '../../../agent/methods.ts'
import neo4j from '../../../instrumentations/neo4j.ts'
import { serverMs } from '../../../instrumentations/shared/cypher.ts'
import { saidOf } from '../../support/said.ts'

const entries = methodsOf(neo4j).filter(({ at }) => at === 'Session.prototype.run')
const said = (...args: unknown[]) => saidOf(entries, { args })
const vector = Array.from({ length: 32 }, (_, i) => i + 0.5)

describe('a statement of Cypher', () => {
  it('searches by the procedure, whose index and number may be parameters', () => {
    const text = "CALL db.index.vector.queryNodes('films', 10, $v) YIELD node RETURN node"
    assert.deepEqual(said(text, { v: vector }), {
      ...{ scope: 'search', operation: 'call', collection: 'films', top_k: 10, query_len: text.length },
    })
    const bound = 'call db.index.vector.queryRelationships($index, toInteger($k), $v)'
    const found = said({ text: bound, parameters: { index: 'i', k: { high: 0, low: 3 } } })
    assert.deepEqual([found?.scope, found?.collection, found?.top_k], ['search', 'i', 3])
  })

  it('searches by the clause, which filters inside', () => {
    const found = said('MATCH (n) SEARCH n IN (VECTOR INDEX `my films` FOR $v WHERE n.a > 1 LIMIT $k) RETURN n', {
      k: 4n,
    })
    assert.deepEqual([found?.scope, found?.collection, found?.top_k, found?.filtered], ['search', 'my films', 4, true])
    assert.equal(said('MATCH (n) SEARCH n IN (VECTOR INDEX films FOR $v LIMIT 2) RETURN n')?.filtered, false)
  })

  it('does not search in a string or a comment', () => {
    const search = "db.index.vector.queryNodes('a', 1, $v)"
    for (const text of [
      `RETURN "call ${search}"`,
      `RETURN 1 // ${search}`,
      `/* ${search} */ RETURN 1`,
      `RETURN '${search}`,
    ])
      assert.equal(said(text)?.scope, 'query', text)
  })

  it('writes vectors by the procedure, or with some among its parameters', () => {
    assert.equal(said('MATCH (n) CALL db.create.setNodeVectorProperty(n, "e", $v)', {})?.scope, 'upsert')
    assert.deepEqual(
      ['scope', 'batch_size'].map(
        (key) => said('UNWIND $rows AS r CREATE (n {e: r.e})', { rows: [{ e: vector }, {}] })?.[key],
      ),
      ['upsert', 2],
    )
    assert.equal(said('CREATE (n {e: $e})', { e: Float32Array.of(1) })?.batch_size, 1)
    assert.equal(said('CREATE (n {e: $e})', { e: [1, 2] })?.scope, 'query')
    assert.equal(said('MATCH (n {e: $e}) RETURN n', { e: vector })?.scope, 'query')
  })

  it('begins with its verb, after what may stand before it', () => {
    for (const text of ['match (n) return n', ' CYPHER 5 EXPLAIN MATCH (n)', 'OPTIONAL MATCH (n)', '// a\n match (n)'])
      assert.equal(said(text)?.operation, 'match', text)
    assert.equal(said('DETACH DELETE n')?.operation, 'delete')
    for (const text of [undefined, 5, {}]) assert.deepEqual(said(text), { scope: 'query', query_len: 0 })
  })

  it('is read in time, whatever it holds', () => {
    for (const part of ["'", '"', '/*', 'vector index ', "db.index.vector.queryNodes('", '\\'])
      assert.ok(said(`vector index ${part.repeat(20_000)}`))
  })
})

it('a server of Neo4j took the time to the first row and to the last, where it says both', () => {
  const took = (first: unknown, rest: unknown) =>
    serverMs({ result: { value: { resultAvailableAfter: first, resultConsumedAfter: rest } } } as never)

  assert.equal(took({ high: 0, low: 3 }, { high: 0, low: 4 }), 7)
  assert.equal(took({ high: 1, low: -1 }, 0n), 2 ** 33 - 1)
  assert.equal(took(-1, 2), undefined)
  assert.equal(took(1, undefined), undefined)
})

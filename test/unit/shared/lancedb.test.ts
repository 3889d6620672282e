import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Raw } from '../../../agent/model.ts'
import { callOf } from '../../../agent/scope/view.ts'
import * as query from '../../../instrumentations/shared/lancedb.ts'

class Query {}
class VectorQuery {}
const call = (self: unknown, more: Partial<Raw> = {}) => callOf({ self, args: [], ...more })
const knownOf = (self: unknown) =>
  Object.fromEntries(
    Object.entries(query.ofSearch).flatMap(([key, read]) => {
      const value = read(call(self))
      return value === undefined ? [] : [[key, value]]
    }),
  )

describe("a query's way", () => {
  it('brings the name of its table and its limit to the query that runs', () => {
    const [plain, near] = [new Query(), new VectorQuery()]
    query.fromTable(call({ name: () => 'books' }, { result: plain }))
    query.withLimit(call(plain, { args: [5] }))
    query.nearest(call(plain, { args: [[1, 2, 3]], result: near }))

    assert.deepEqual(knownOf(near), { collection: 'books', top_k: 5, filtered: false, dimensions: 3 })
    query.withLimit(call(near, { args: [3] }))
    assert.deepEqual([knownOf(plain).top_k, knownOf(near).top_k], [5, 3])
  })

  it('brings what it is given besides: a filter, several vectors, what the index looks at, the length of a text', () => {
    const near = new VectorQuery()
    query.nearest(call(new Query(), { args: [Float32Array.of(1, 2)], result: near }))
    query.another(call(near, { args: [[1, 2]], result: near }))
    query.withFilter(call(near))
    query.withNprobes(call(near, { args: [20] }))
    query.withText(call(near, { args: ['text'] }))
    assert.deepEqual(knownOf(near), { filtered: true, batch_size: 2, candidates: 20, dimensions: 2, query_len: 4 })

    query.withEf(call(near, { args: [64] }))
    assert.equal(knownOf(near).candidates, 64)
  })

  it('multiplies its limit by what is refined', () => {
    const near = new VectorQuery()
    query.withRefine(call(near, { args: [10] }))
    assert.equal(knownOf(near).candidates, undefined)

    query.withLimit(call(near, { args: [3] }))
    assert.equal(knownOf(near).candidates, 30)
  })

  it('knows nothing of a vector that is not there yet', () => {
    const near = new VectorQuery()
    query.nearest(call(new Query(), { args: [Promise.resolve([1])], result: near }))

    assert.deepEqual(knownOf(near), { filtered: false })
  })

  it('tells a search from a read', () => {
    const [plain, withWords] = [new Query(), new Query()]
    query.withText(call(withWords))

    assert.deepEqual(
      [plain, withWords, new VectorQuery()].map((one) => query.searches(call(one))),
      [false, true, true],
    )
  })

  it('is unknown of what was never seen, and of what is no object', () => {
    query.fromTable(call({}, { result: 5 }))
    query.fromQuery(call(undefined, { result: null }))

    for (const odd of [{}, undefined, 5]) assert.deepEqual(knownOf(odd), { filtered: false })
  })
})

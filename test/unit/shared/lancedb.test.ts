import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Raw } from '../../../agent/model.ts'
import { callOf } from '../../../agent/scope/view.ts'
import {
  fromQuery,
  fromTable,
  limitOf,
  searches,
  tableOf,
  withLimit,
  withText,
} from '../../../instrumentations/shared/lancedb.ts'

class Query {}
class VectorQuery {}
const call = (self: unknown, more: Partial<Raw> = {}) => callOf({ self, args: [], ...more })

describe("a query's way", () => {
  it('brings the name of its table and its limit to the query that runs', () => {
    const [query, vectorQuery] = [new Query(), new VectorQuery()]
    fromTable(call({ name: () => 'books' }, { result: query }))
    withLimit(call(query, { args: [5] }))
    fromQuery(call(query, { result: vectorQuery }))

    assert.deepEqual([tableOf(call(vectorQuery)), limitOf(call(vectorQuery))], ['books', 5])
    withLimit(call(vectorQuery, { args: [3] }))
    assert.deepEqual([limitOf(call(query)), limitOf(call(vectorQuery))], [5, 3])
  })

  it('tells a search from a read', () => {
    const [plain, withWords] = [new Query(), new Query()]
    withText(call(withWords))

    assert.deepEqual(
      [plain, withWords, new VectorQuery()].map((query) => searches(call(query))),
      [false, true, true],
    )
  })

  it('is unknown of what was never seen, and of what is no object', () => {
    fromTable(call({}, { result: 5 }))
    fromQuery(call(undefined, { result: null }))

    assert.deepEqual([tableOf(call({})), limitOf(call(undefined)), limitOf(call(5))], [undefined, undefined, undefined])
  })
})

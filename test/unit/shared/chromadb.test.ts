import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { filtered, topK } from '../../../instrumentations/shared/chromadb.ts'

/** As Chroma builds one. */
class Search {
  readonly _where: unknown
  readonly _limit: unknown
  constructor(where: unknown, limit: unknown) {
    this._where = where
    this._limit = limit
  }
  where() {}
  limit() {}
}
const call = (searches: unknown) => callOf({ self: undefined, args: [searches] })

describe('searches of Chroma', () => {
  it('have their limit in a number or an object, plain or built', () => {
    const limits = [{ limit: 5 }, { limit: { limit: 5 } }, new Search(undefined, { limit: 5, offset: 0 })]

    assert.deepEqual(
      limits.map((search) => topK(call(search))),
      [5, 5, 5],
    )
    assert.equal(topK(call([{ limit: 3 }, { limit: 5 }])), 3)
    for (const odd of [undefined, [], {}]) assert.equal(topK(call(odd)), undefined)
  })

  it('have a filter where one of them has', () => {
    assert.ok(filtered(call({ where: { a: 1 } })))
    assert.ok(filtered(call([{}, new Search({ a: 1 }, undefined)])))
    assert.ok(!filtered(call([{}, new Search(undefined, undefined), undefined])))
    assert.ok(!filtered(call(undefined)))
  })
})

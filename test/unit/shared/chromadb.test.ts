import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import {
  candidates,
  dimensions,
  filtered,
  namespaceOf,
  ranks,
  topK,
} from '../../../instrumentations/shared/chromadb.ts'

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

  it('rank by what is near, in an object of the client or plain, alone or reckoned from several', () => {
    const near = { config: { query: [1, 2, 3], key: '#embedding', limit: 128 } }
    const fused = { operand: { ranks: [{ left: { value: 1 }, right: { ranks: [near, { value: 60 }] } }] } }

    for (const rank of [near, fused, { $knn: near.config }, { $sum: [{ $val: 1 }, { $knn: near.config }] }])
      assert.deepEqual([dimensions(call({ rank })), candidates(call({ rank })), ranks(call({ rank }))], [3, 128, true])
    for (const query of ['text', { indices: [1], values: [1] }])
      assert.equal(dimensions(call({ rank: { $knn: { query } } })), undefined)
    for (const odd of [undefined, {}, { rank: null }, { rank: { $val: 1 }.$val }]) assert.ok(!ranks(call(odd)))
  })
})

it('a collection of Chroma is asked in a database, or in a tenant that has its default one alone', () => {
  const of = (self: object) => namespaceOf(callOf({ self, args: [] }))

  assert.equal(of({ tenant: 'acme', database: 'books' }), 'books')
  assert.equal(of({ client: { tenant: 'default_tenant', database: 'books' } }), 'books')
  assert.equal(of({ client: { tenant: 'acme', database: 'default_database' } }), 'acme')
  assert.equal(of({ tenant: 'default_tenant', database: 'default_database' }), 'default_database')
  assert.equal(of({}), undefined)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findsByVector, pagesByVector } from '../../../instrumentations/shared/astra-sort.ts'

it('a sort of Astra is by vector, by a text in its place, or by both', () => {
  const finds = (options: unknown) => findsByVector({ args: [{}, options] } as never)

  for (const sort of [{ $vector: [1] }, { $vectorize: 'a' }, { $hybrid: 'a' }, { column: [1] }, { column: 'a text' }])
    assert.equal(finds({ sort }), true)
  for (const sort of [{ $lexical: 'a' }, { a: 1 }, { a: 'asc' }, { a: 'descending' }, {}, null, 'a', [[1]]])
    assert.equal(finds({ sort }), false)
  assert.equal(finds({ vector: [1] }), true)
  assert.equal(finds({ vectorize: 'a' }), true)
  assert.equal(finds(undefined), false)
})

it('a cursor of Astra has its sort among its options, of either version', () => {
  const sort = { $vector: [1] }
  const pages = (self: unknown) => pagesByVector({ self } as never)

  assert.equal(pages({ _internal: { _options: { sort } } }), true)
  assert.equal(pages({ _options: { sort } }), true)
  for (const self of [undefined, {}, { _options: {} }]) assert.equal(pages(self), false)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import {
  byVector,
  byVectorInBatch,
  candidates,
  sameCollection,
  topK,
} from '../../../instrumentations/shared/typesense.ts'

const call = (...args: unknown[]) => callOf({ self: undefined, args })

it('reads what a vector_query of Typesense asks for, after however long a vector', () => {
  const vector = Array(1000).fill(0.25)
  const search = call({ vector_query: `embedding:([${vector}], k: 10, ef:50)`, per_page: 3 })

  assert.deepEqual([byVector(search), topK(search), candidates(search)], [true, 10, 50])
})

it('reads the page of a search that has no k, or no vector', () => {
  const asked = [
    { vector_query: 'v:([])', per_page: 3, limit: 4 },
    { q: '*', limit: 4 },
    { vector_query: [1] },
    undefined,
  ]

  assert.deepEqual(
    asked.map((params) => [byVector(call(params)), topK(call(params)), candidates(call(params))]),
    [
      [true, 3, undefined],
      [false, 4, undefined],
      [false, undefined, undefined],
      [false, undefined, undefined],
    ],
  )
})

it('tells a batch that searches by vector, in one or in what all share', () => {
  const [words, vector] = [{ q: '*' }, { vector_query: 'v:([])' }]

  assert.ok(byVectorInBatch(call({ searches: [words, vector] })))
  assert.ok(byVectorInBatch(call({ searches: [words] }, vector)))
  assert.ok(!byVectorInBatch(call({ searches: [words, null, 5] }, words)))
  assert.ok(!byVectorInBatch(call(undefined)))
})

it("names a batch's collection where all its searches are of the same one", () => {
  const [books, films] = [{ collection: 'books' }, { collection: 'films' }]

  assert.equal(sameCollection(call({ searches: [books, {}] }, books)), 'books')
  assert.equal(sameCollection(call({ searches: [books, films] })), undefined)
  assert.equal(sameCollection(call({ searches: [] }, books)), undefined)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import {
  byVector,
  byVectorInBatch,
  cacheHit,
  candidates,
  dimensions,
  sameCollection,
  serverMs,
  topK,
} from '../../../instrumentations/shared/typesense.ts'

const call = (...args: unknown[]) => callOf({ self: undefined, args })

it('reads what a vector_query of Typesense asks for, after however long a vector', () => {
  const vector = Array(1000).fill(0.25)
  const search = call({ vector_query: `embedding:([${vector}], k: 10, ef:50)`, per_page: 3 })

  assert.deepEqual([byVector(search), topK(search), candidates(search), dimensions(search)], [true, 3, 50, 1000])
})

it('tells the page that is asked for from the neighbours that are looked at', () => {
  const read = (params: object) => [topK(call(params)), candidates(call(params))]

  assert.deepEqual(read({ q: '*', vector_query: 'v:([1], k: 200)', per_page: 10 }), [10, 200])
  assert.deepEqual(read({ q: '*', vector_query: 'v:([1], k: 3)', per_page: 10 }), [3, undefined])
  assert.deepEqual(read({ q: 'text', vector_query: 'v:([], k: 3)', per_page: 10 }), [10, undefined])
  assert.deepEqual(read({ q: '*', vector_query: 'v:([1], k: 20)' }), [20, undefined])
})

it('counts the numbers in the vector of a search, or of the first by vector in a batch', () => {
  const vector = { vector_query: 'v:([0.1, 0.2, 0.3], k: 5)' }

  assert.equal(dimensions(call({ searches: [{ q: 'text' }, vector] })), 3)
  assert.equal(dimensions(call({ searches: [{}] }, vector)), 3)
  for (const none of [{ vector_query: 'v:([], id: a)' }, { vector_query: 'v' }, {}, undefined])
    assert.equal(dimensions(call(none)), undefined)
})

it("knows what came from the client's cache by the result that another call has had, and no time of it", () => {
  const result = { search_time_ms: 5 }
  const [first, second] = [0, 1].map(() => callOf({ self: undefined, args: [], result }))
  if (first === undefined || second === undefined) assert.fail()

  assert.deepEqual([serverMs(first), cacheHit(first), cacheHit(first)], [5, undefined, undefined])
  assert.deepEqual([cacheHit(second), serverMs(second)], [true, undefined])
})

it('adds up the times of the searches of a batch', () => {
  const time = (result: unknown) => serverMs(callOf({ self: undefined, args: [], result }))

  assert.equal(time({ results: [{ search_time_ms: 2 }, { code: 404 }, { search_time_ms: 3 }] }), 5)
  for (const none of [undefined, {}, { results: [{ code: 404 }] }]) assert.equal(time(none), undefined)
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

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import {
  asks,
  batchSize,
  byVector,
  collection,
  topK,
  vectorSearch,
} from '../../../instrumentations/shared/opensearch.ts'

const request = (params: unknown) => callOf({ self: undefined, args: [params] })
const knn = { query: { knn: { embedding: { vector: [1], k: 3, method_parameters: { ef_search: 9 } } } }, size: 5 }

describe('a request of OpenSearch', () => {
  it('is what its path and method say', () => {
    const verbs = ['_search', '_msearch', '_bulk', '_doc', '_mget', 'scroll', '_update']
    const verbOf = (path: string) => verbs.filter((verb) => asks([verb])(request({ path, method: 'POST' })))

    assert.deepEqual(verbOf('/books/_search?typed_keys=true'), ['_search'])
    assert.deepEqual(verbOf('/_all/_msearch'), ['_msearch'])
    assert.deepEqual(verbOf('/_bulk'), ['_bulk'])
    assert.deepEqual(verbOf('/books/_doc/_search'), ['_doc'])
    assert.deepEqual(verbOf('/_search/scroll/abc'), ['scroll'])
    assert.deepEqual(verbOf('/books/_search/template'), [])
    assert.deepEqual(verbOf('/'), [])
    assert.ok(asks(['_doc'], /^P/)(request({ path: '/books/_doc/1', method: 'PUT' })))
    assert.ok(!asks(['_doc'], /^P/)(request({ path: '/books/_doc/1', method: 'GET' })))
  })

  it('has its collection from there, decoded', () => {
    const collections = ['/a%2Cb/_search', '/_all/_search', '/_search', ''].map((path) => collection(request({ path })))

    assert.deepEqual(collections, ['a,b', '_all', undefined, undefined])
  })

  it('searches by vector where its body does', () => {
    const search = request({ path: '/books/_search', body: knn })

    assert.ok(byVector('_search')(search))
    assert.deepEqual([topK(search), vectorSearch.candidates(search), vectorSearch.filtered(search)], [5, 9, false])
    const words = request({ path: '/books/_search', body: { query: { match: {} } }, querystring: { size: 7 } })
    assert.ok(!byVector('_search')(words))
    assert.deepEqual([topK(words), vectorSearch.candidates(words)], [7, undefined])
  })

  it('is as large as its batch', () => {
    const batch = request({ path: '/_msearch', bulkBody: [{}, knn, {}, { query: {} }] })

    assert.ok(byVector('_msearch')(batch))
    assert.equal(batchSize(batch), 2)
    assert.equal(batchSize(request({ path: '/_msearch', bulkBody: 'text' })), undefined)
    assert.equal(batchSize(request({ path: '/books/_mget', body: { ids: [1, 2, 3] } })), 3)
  })

  it('is known from before the transport put the text that it sends in the place of its body', () => {
    const params: Record<string, unknown> = { path: '/books/_search', body: knn }
    byVector('_search')(request(params))
    params.body = 'sent'

    assert.equal(topK(request(params)), 5)
    params.body = { size: 8 }
    assert.equal(topK(request(params)), 8)
  })
})

it('a field of vectors may have any name, also one that stands for something in Elasticsearch', () => {
  for (const field of ['field', 'k', 'filter']) {
    const search = request({ path: '/a/_search', body: { query: { knn: { [field]: { vector: [1], k: 3 } } } } })

    assert.deepEqual([topK(search), vectorSearch.filtered(search)], [3, false], field)
  }
})

it('what is asked for is the size; k are candidates where it is more', () => {
  const search = (size: number, k: number) =>
    request({ path: '/a/_search', body: { size, query: { knn: { v: { vector: [1], k } } } } })
  const numbers = (size: number, k: number) => [topK(search(size, k)), vectorSearch.candidates(search(size, k))]

  assert.deepEqual(numbers(10, 200), [10, 200])
  assert.deepEqual(numbers(10, 10), [10, undefined])
  assert.deepEqual(numbers(10, 3), [10, undefined])
})

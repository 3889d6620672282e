import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import {
  asks,
  byVector,
  byVectorInBatch,
  collection,
  dimensions,
  holdsText,
} from '../../../instrumentations/shared/meilisearch.ts'

const request = (params: unknown) => callOf({ self: undefined, args: [params] })

describe('a request of Meilisearch', () => {
  it('is what its path says below the index', () => {
    assert.ok(asks(/^search$/)(request({ path: 'indexes/books/search' })))
    assert.ok(asks(/^documents$/)(request({ path: 'indexes/documents/documents' })))
    assert.ok(asks(/^multi-search$/)(request({ path: 'multi-search' })))
    assert.ok(!asks(/^search$/)(request({ path: 'indexes/search' })))
    for (const odd of [undefined, {}, { path: 5 }]) assert.ok(!asks(/./)(request(odd)))
  })

  it('has its collection from there', () => {
    const collections = ['indexes/books/search', 'indexes/books', 'multi-search', undefined].map((path) =>
      collection(request({ path })),
    )

    assert.deepEqual(collections, ['books', 'books', undefined, undefined])
  })

  it('searches by vector with an embedder, a vector or media', () => {
    const path = 'indexes/books/search'

    assert.ok(byVector(request({ path, body: { hybrid: { embedder: 'default' } } })))
    assert.ok(byVector(request({ path, body: { vector: [1] } })))
    assert.ok(byVector(request({ path, params: { hybridEmbedder: 'default' } })))
    assert.ok(!byVector(request({ path, body: { q: 'words' } })))
    assert.ok(!byVector(request({ path })))
    assert.ok(!byVector(request({ path: 'indexes/books/facet-search', body: { vector: [1] } })))
  })

  it('searches by vector where one of its queries does', () => {
    const path = 'multi-search'

    assert.ok(byVectorInBatch(request({ path, body: { queries: [{ q: 'words' }, { media: {} }] } })))
    assert.ok(!byVectorInBatch(request({ path, body: { queries: [{ q: 'words' }, null] } })))
    assert.ok(!byVectorInBatch(request({ path })))
  })

  it('has the numbers in its vector in a list or in a text', () => {
    assert.equal(dimensions(request({ body: { vector: [1, 2, 3] } })), 3)
    assert.equal(dimensions(request({ params: { vector: '1,2' } })), 2)
    assert.equal(dimensions(request({ body: { queries: [{ q: 'words' }, { vector: [1] }] } })), 1)
    for (const none of [undefined, {}, { body: { vector: null } }, { body: { vector: [] } }])
      assert.equal(dimensions(request(none)), undefined)
  })
})

it('tells the bytes of a streamed answer that hold text', () => {
  const bytes = (delta: object) => Buffer.from(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`)

  assert.ok(holdsText(bytes({ content: 'text' })))
  for (const odd of [bytes({ role: 'assistant', content: '' }), Buffer.from('data: [DONE]'), 'text', undefined])
    assert.ok(!holdsText(odd))
})

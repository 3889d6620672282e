import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { methodsOf } from '../../../agent/methods.ts'
import supabase from '../../../instrumentations/supabase.ts'
import { saidOf } from '../../support/said.ts'

const said = (method: string, path: string, body?: unknown, prefer = '', result?: unknown) => {
  const url = new URL(`http://127.0.0.1/rest/v1/${path}`)
  const headers = new Headers({ prefer })
  return saidOf(methodsOf(supabase), { self: { method, url, headers, body }, result })
}
const embedding = [0.1, 0.2]

describe('a request of PostgREST', () => {
  it('searches by a function that is given a vector, with its number and its filter', () => {
    const body = { query_embedding: [1, 2], match_count: 5, filter: { a: 1 } }

    assert.deepEqual(said('POST', 'rpc/match_documents', body, '', { data: [{}, {}] }), {
      ...{ scope: 'search', collection: 'match_documents', results: 2, top_k: 5, filtered: true },
    })
    assert.equal(said('POST', 'rpc/match_documents?a=eq.1', { v: embedding })?.filtered, true)
    assert.equal(said('POST', 'rpc/match_documents?limit=3', { v: embedding })?.top_k, 3)
    assert.equal(said('POST', 'rpc/match_documents?limit=3', { v: embedding })?.filtered, false)
    assert.equal(said('GET', 'rpc/match_documents?v={0.1,0.2}&match_count=4')?.top_k, 4)
    assert.equal(said('GET', 'rpc/match_documents?v=[0.1,0.2]')?.scope, 'search')
  })

  it('does not search by a list of ids, nor by a function that writes', () => {
    assert.equal(said('POST', 'rpc/find', { ids: [1, 2] })?.scope, 'query')
    assert.equal(said('POST', 'rpc/add_document', { embedding })?.scope, 'upsert')
    assert.equal(said('POST', 'rpc/match', {})?.operation, 'rpc')
  })

  it('writes rows with vectors, in a list or alone', () => {
    assert.deepEqual(said('POST', 'items', [{ embedding }, { embedding }]), {
      ...{ scope: 'upsert', collection: 'items', operation: 'insert', batch_size: 2 },
    })
    assert.equal(said('POST', 'items', { e: '[1,2]' }, 'resolution=merge-duplicates')?.operation, 'upsert')
    assert.equal(said('PATCH', 'items?id=eq.1', { embedding })?.operation, 'update')
    assert.equal(said('POST', 'items', { tags: ['a'] })?.scope, 'query')
  })

  it('reads and deletes, with the name of the table as it is', () => {
    const read = said('GET', 'my%20items?select=a&limit=7', undefined, '', { data: {} })

    assert.deepEqual(read, { scope: 'query', collection: 'my items', results: 1, operation: 'select', top_k: 7 })
    assert.equal(said('DELETE', 'items')?.operation, 'delete')
    for (const data of [null, 'a text', undefined])
      assert.equal(said('GET', 'a', undefined, '', { data })?.results, undefined)
    assert.equal(said('GET', 'a', undefined, '', { data: [] })?.results, 0)
  })
})

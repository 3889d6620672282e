import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { asks, segmentOf } from '../../../instrumentations/shared/upstash.ts'

it("tells a request of Upstash by the first part of its path, whatever its namespace's name", () => {
  const isQuery = (request: unknown) => asks(/^query(?:-data)?$/)(callOf({ self: undefined, args: [request] }))

  for (const path of [['query'], ['query/upsert'], ['query-data/books'], ['query?a=b']]) assert.ok(isQuery({ path }))
  for (const path of [['upsert/query'], ['resumable-query'], [''], [5], [], null]) assert.ok(!isQuery({ path }))
  for (const request of [undefined, null, {}, { path: { 1: 'query' } }]) assert.ok(!isQuery(request))
})

it('tells the namespace of a request by the rest of its path', () => {
  const namespace = (path: string) => segmentOf(callOf({ self: undefined, args: [{ path: [path] }] }))

  assert.deepEqual(['query/books', 'reset/all', 'delete-namespace/books'].map(namespace), ['books', 'all', 'books'])
  for (const path of ['query', 'reset?all', 'resumable-query-next', 'query/', ''])
    assert.equal(namespace(path), undefined)
})

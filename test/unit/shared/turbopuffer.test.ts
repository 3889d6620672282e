import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { anyRanks, dimensionsAsked, onlyDeletes, queueMs, ranks } from '../../../instrumentations/shared/turbopuffer.ts'

const call = (params: unknown) => callOf({ self: undefined, args: [params] })

it('tells a ranking from an order', () => {
  for (const by of [
    ['vector', 'ANN', [1]],
    ['text', 'BM25', 'words'],
    ['Sum', [['a', 'BM25', 'b']]],
  ])
    assert.ok(ranks(call({ rank_by: by })), JSON.stringify(by))
  for (const by of [
    ['id', 'asc'],
    [
      ['price', 'desc'],
      ['id', 'asc'],
    ],
    'id',
    undefined,
  ])
    assert.ok(!ranks(call({ rank_by: by })), JSON.stringify(by))
  assert.ok(!ranks(call(undefined)))
})

it('tells a write that only deletes', () => {
  assert.ok(onlyDeletes(call({ deletes: [1], distance_metric: 'cosine_distance' })))
  assert.ok(onlyDeletes(call({ delete_by_filter: ['id', 'Eq', 1] })))
  assert.ok(!onlyDeletes(call({ deletes: [1], upsert_rows: [{}] })))
  assert.ok(!onlyDeletes(call({ delete_by_filter: ['id', 'Eq', 1], copy_from_namespace: 'books' })))
  for (const odd of [{}, undefined, 'text']) assert.ok(!onlyDeletes(call(odd)))
})

it('tells queries of which one ranks', () => {
  const [near, ordered] = [{ rank_by: ['vector', 'ANN', [1]] }, { rank_by: ['id', 'asc'] }]
  assert.ok(anyRanks(call({ queries: [ordered, near] })))
  for (const odd of [{ queries: [ordered, undefined] }, { queries: 1 }, undefined]) assert.ok(!anyRanks(call(odd)))
})

it('counts the numbers of a vector that is asked for', () => {
  const of = (...by: unknown[]) => dimensionsAsked(call({ rank_by: by }))
  assert.equal(of('vector', 'ANN', [1, 2, 3]), 3)
  assert.equal(
    of('vector', 'kNN', [
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    2,
  )
  for (const odd of [['Embed', 'words'], ['words', 'more'], 'words', { indices: [1], values: [2] }, [], undefined])
    assert.equal(of('vector', 'ANN', odd), undefined, JSON.stringify(odd))
})

it('tells how long a query waited for others', () => {
  const of = (result: unknown) => queueMs(callOf({ self: undefined, args: [], result }))
  assert.equal(of({ performance: { server_total_ms: 9, query_execution_ms: 4 } }), 5)
  assert.equal(of({ performance: { server_total_ms: 3, query_execution_ms: 4 } }), 0)
  for (const odd of [{ performance: { server_total_ms: 9 } }, { performance: null }, {}, undefined])
    assert.equal(of(odd), undefined)
})

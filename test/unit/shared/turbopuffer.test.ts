import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { onlyDeletes, ranks } from '../../../instrumentations/shared/turbopuffer.ts'

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

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { candidates, failedItems, failureOf, onlyDeletes, topK } from '../../../instrumentations/shared/azure-search.ts'

const batch = (actions: unknown) => callOf({ self: undefined, args: [{ actions }] })

it('tells a batch of actions in which there is nothing but deletes', () => {
  const [remove, upload] = [
    { __actionType: 'delete', id: '1' },
    { __actionType: 'upload', id: '2' },
  ]

  assert.ok(onlyDeletes(batch([remove, remove])))
  assert.ok(!onlyDeletes(batch([remove, upload])))
  for (const odd of [[], [undefined], 'delete', undefined]) assert.ok(!onlyDeletes(batch(odd)))
  assert.ok(!onlyDeletes(callOf({ self: undefined, args: [] })))
})

it('tells the actions of a batch that failed, and the first of them where all did', () => {
  const results = (...succeeded: boolean[]) => succeeded.map((one, key) => ({ key, succeeded: one }))
  const read = (result: unknown) => {
    const call = callOf({ self: undefined, args: [], result })
    return [failedItems(call), Boolean(failureOf(call))]
  }

  assert.deepEqual(read({ results: results(true, false, false) }), [2, false])
  assert.deepEqual(read({ results: results(false, false) }), [2, true])
  for (const result of [{ results: results(true) }, { results: [] }, {}, undefined])
    assert.deepEqual(read(result), [undefined, false])
})

it('tells the page that is asked for from the neighbours that are looked at', () => {
  const read = (text: unknown, k?: number, top?: number) => {
    const options = { top, vectorSearchOptions: { queries: [{ kNearestNeighborsCount: k }] } }
    const call = callOf({ self: undefined, args: [text, options] })
    return [topK(call), candidates(call)]
  }

  assert.deepEqual(read(undefined, 200, 10), [10, 200])
  assert.deepEqual(read('*', 3, 10), [3, undefined])
  assert.deepEqual(read('*', 3), [3, undefined])
  assert.deepEqual(read('words', 3, 10), [10, 3])
  assert.deepEqual(read('words', 50), [undefined, 50])
  assert.deepEqual(read('words'), [undefined, undefined])
})

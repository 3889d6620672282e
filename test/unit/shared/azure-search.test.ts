import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { onlyDeletes } from '../../../instrumentations/shared/azure-search.ts'

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

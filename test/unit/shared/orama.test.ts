import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { dimensions, removed } from '../../../instrumentations/shared/orama.ts'

it("reads the numbers in an Orama index's vectors from its schema", () => {
  const of = (schema: unknown) => dimensions(callOf({ self: undefined, args: [{ schema }] }))

  assert.equal(of({ title: 'string', embedding: 'vector[384]' }), 384)
  assert.equal(of({ title: 'string', more: { embedding: 'vector[3]' } }), 3)
  for (const none of [{ title: 'string', tags: 'string[]' }, { a: 'vector' }, {}, undefined, null])
    assert.equal(of(none), undefined)
  assert.equal(dimensions(callOf({ self: undefined, args: [] })), undefined)
})

it('counts what Orama removed, of which it says a number or whether it was one', () => {
  assert.deepEqual(
    [true, false, 3, undefined].map((result) => removed(callOf({ self: undefined, args: [], result }))),
    [1, 0, 3, undefined],
  )
})

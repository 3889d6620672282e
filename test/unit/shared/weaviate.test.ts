import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { named, nameOf } from '../../../instrumentations/shared/weaviate.ts'

it("knows the name of a collection by the object of functions that was made for it, and no other's", () => {
  const [books, films] = [{}, {}]
  named(callOf({ self: undefined, args: [{}, 'Books'], result: books }))
  named(callOf({ self: undefined, args: [{}, 'Films'], result: undefined }))

  assert.deepEqual(
    [books, films, undefined].map((self) => nameOf(callOf({ self, args: [] }))),
    ['Books', undefined, undefined],
  )
})

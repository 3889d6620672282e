import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { waitedIn } from '../../../instrumentations/shared/replicate.ts'

it('a prediction has waited for what is not its own time', () => {
  const waited = (result: unknown) => compileGet(waitedIn)({ self: undefined, args: [], result })

  assert.equal(waited({ metrics: { total_time: 12.3456, predict_time: 0.5 } }), 11_845.6)
  assert.equal(waited({ metrics: { total_time: 0.5, predict_time: 0.5 } }), 0)
  for (const none of [
    undefined,
    null,
    {},
    { metrics: { total_time: 1 } },
    { metrics: { total_time: '1', predict_time: 0 } },
  ])
    assert.equal(waited(none), undefined)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { tookIn } from '../../../instrumentations/shared/ollama.ts'

it('nanoseconds are milliseconds of two digits', () => {
  const took = (total_duration: unknown) =>
    (['result', 'chunk'] as const).map((root) =>
      compileGet(tookIn(root))({ self: undefined, args: [], [root]: { total_duration } }),
    )

  assert.deepEqual(took(1_234_567_890), [1234.57, 1234.57])
  assert.deepEqual(took(0), [0, 0])
  for (const none of ['1000', undefined, null, {}]) assert.deepEqual(took(none), [undefined, undefined])
  assert.equal(compileGet(tookIn('result'))({ self: undefined, args: [] }), undefined)
})

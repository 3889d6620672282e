import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { tookIn } from '../../../instrumentations/shared/ollama.ts'

it('nanoseconds are milliseconds of two digits', () => {
  const read = (raw: object) => (word: Parameters<typeof compileGet>[0]) =>
    compileGet(word)({ self: undefined, args: [], ...raw })
  const took = (total_duration: unknown) => {
    const times = { total_duration, load_duration: 7_006_000 }
    return [read({ result: times })(tookIn('result').server_ms), read({ chunk: times })(tookIn('chunk').server_ms)]
  }

  assert.deepEqual(took(1_234_567_890), [1234.57, 1234.57])
  assert.deepEqual(took(0), [0, 0])
  for (const none of ['1000', undefined, null, {}]) assert.deepEqual(took(none), [undefined, undefined])
  assert.equal(read({ result: { load_duration: 7_006_000 } })(tookIn('result').load_ms), 7.01)
  assert.equal(read({})(tookIn('result').server_ms), undefined)
})

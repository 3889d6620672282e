import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { root, spawnNode } from '../support/application.ts'

it('the bench measures what it says and prints a table, whatever the figures are', async () => {
  const { code, stdout, stderr } = await spawnNode([join(root, 'dist/bench/run.js'), 'calls', 'soak', '--quick'], {
    cwd: root,
    timeoutMs: 180_000,
  })

  assert.equal(code, 0, stderr)
  for (const what of ['not targeted', 'sampled out', 'timed, under the threshold', 'recorded with metadata'])
    assert.match(stdout, new RegExp(`^\\| call: ${what}.*\\|$`, 'm'))
  assert.match(stdout, /^\| soak: in requests of 200 calls.* -?[\d.]+ bytes a call/m)
  assert.doesNotMatch(stdout, /NaN|not `===`/)
})

it('the bench refuses a part that it does not have', async () => {
  const { code, stderr } = await spawnNode([join(root, 'dist/bench/run.js'), 'clalls'], { cwd: root })

  assert.equal(code, 2)
  assert.match(stderr, /clalls: not a part of the bench; known are start, calls, outputs, clients/)
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { root, spawnNode } from '../support/application.ts'

it('the bench measures what it says and prints a table, whatever the figures are', async () => {
  const { code, stdout, stderr } = await spawnNode([join(root, 'dist/bench/run.js'), 'calls', '--quick'], { cwd: root })

  assert.equal(code, 0, stderr)
  for (const what of ['not targeted', 'sampled out', 'timed, under the threshold', 'recorded with metadata'])
    assert.match(stdout, new RegExp(`^\\| call: ${what}.*\\|$`, 'm'))
  assert.doesNotMatch(stdout, /NaN|not `===`/)
})

it('the bench measures an idle and a busy process', async () => {
  const { code, stdout, stderr } = await spawnNode([join(root, 'dist/bench/run.js'), 'process', '--quick'], {
    cwd: root,
  })

  assert.equal(code, 0, stderr)
  for (const what of ['requests, idle', 'system, idle', 'requests, busy', 'system, busy'])
    assert.match(stdout, new RegExp(`^\\| process: ${what}.*\\|$`, 'm'))
  assert.doesNotMatch(stdout, /NaN/)
})

it('the bench refuses a part that it does not have', async () => {
  const { code, stderr } = await spawnNode([join(root, 'dist/bench/run.js'), 'clalls'], { cwd: root })

  assert.equal(code, 2)
  assert.match(stderr, /clalls: not a part of the bench; known are start, calls, outputs, clients/)
})

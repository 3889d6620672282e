import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { supportsSyncHooks } from '../../../agent/load/loader.ts'

describe('the synchronous hooks', () => {
  it('are used from the first version of each line that is safe', () => {
    const safe = ['22.22.3', '22.23.0', '24.11.1', '24.12.0', '25.1.0', '26.0.0', '27.0.0', '26.1.0-nightly20261101']
    const unsafe = ['20.19.0', '20.20.2', '22.12.0', '22.22.2', '23.11.0', '24.0.0', '24.11.0', '25.0.0']

    assert.deepEqual(
      safe.filter((version) => !supportsSyncHooks(version)),
      [],
    )
    assert.deepEqual(
      unsafe.filter((version) => supportsSyncHooks(version)),
      [],
    )
  })
})

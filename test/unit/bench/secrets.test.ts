import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Variant } from '../../../cli/bench/model.ts'
import { createHide } from '../../../cli/bench/run/secrets.ts'

const variant: Variant = {
  ...{ kind: 'command', name: 'a', command: ['x'], location: '' },
  env: { QDRANT_API_KEY: 'q-0123456789', STORE: 'qdrant' },
}

describe('an error of a variant', () => {
  const hide = createHide([variant], { DB_PASSWORD: 'hunter2hunter2', HOME: '/home/user', PASSWORD: 'abc' })

  for (const [text, shown] of [
    ['wrong key q-0123456789 for qdrant', 'wrong key *** for qdrant'],
    ['login of user by hunter2hunter2 failed', 'login of user by *** failed'],
    ['connect postgres://me:s3cret@db:5432/x', 'connect postgres://***@db:5432/x'],
    ['Incorrect API key provided: sk-proj-0123456789abcdef', 'Incorrect API key provided: ***'],
    ['no such file /home/user/abc', 'no such file /home/user/abc'],
  ] as const)
    it(`is shown as ${shown}`, () => {
      assert.equal(hide(text), shown)
    })
})

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Node } from '../../../agent/config/node.ts'
import { adapters } from '../../../cli/bench/adapters/names.ts'
import { root } from '../../support/application.ts'

const nodeOf = (value: unknown): Node =>
  Array.isArray(value)
    ? { kind: 'list', at: 0, items: value.map(nodeOf) }
    : { kind: 'scalar', at: 0, value, text: `${value}` }

describe('the adapters', () => {
  for (const [name, adapter] of Object.entries(adapters))
    it(`of which ${name} has a file of its name, and says what is to be installed and what each setting means`, () => {
      const settings = Object.entries(adapter.settings)
      const defaults = Object.fromEntries(settings.map(([key, option]) => [key, option.default]))

      assert.ok(existsSync(join(root, 'cli/bench/adapters', `${name}.ts`)))
      assert.ok(adapter.packages(defaults as never).every((one) => /^(@[\w-]+\/)?[\w.-]+$/.test(one)))
      for (const [key, { text, default: initial, read, required }] of settings) {
        assert.match(key, /^[a-z][a-z0-9_]*$/)
        assert.match(text, /^[A-Z`].*\.$/, key)
        if (!required) assert.deepEqual(read(nodeOf(initial)), { value: initial }, key)
      }
    })
})

import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { everything, folderFor, runIn } from '../support/application.ts'

describe('a library that was loaded before the agent', () => {
  it('is reported, noted in the ledger, and its classes are profiled all the same', async () => {
    const folder = folderFor('previous')
    try {
      writeFileSync(join(folder, 'early.cjs'), "require('./store.cjs')")
      const outcome = await runIn(folder, {
        format: 'cjs',
        args: ['--require', './early.cjs'],
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
        files: { 'store.cjs': 'exports.Store = class Store { find(n) { return [n] } }' },
        config: {
          ...everything,
          instrumentations: [
            {
              name: 'mine',
              module: './store.cjs',
              target: 'vector_store',
              methods: [{ at: 'Store.prototype.find', scope: 'search' }],
            },
          ],
        },
        imports: [['{ Store }', './store.cjs']],
        body: 'print(new Store().find(1))',
      })

      assert.match(outcome.stderr, /^crossbridge: .*store\.cjs was loaded before the agent.* Start the agent first/m)
      assert.match(outcome.stderr, /mine: loaded_before_agent \(.*store\.cjs\)/)
      assert.deepEqual(outcome.printed, [[1]])
      assert.equal(outcome.records.length, 1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createLedger } from '../../../agent/ledger.ts'
import { keepLedger } from '../../../agent/output/ledger-file.ts'

describe('the file of a ledger', () => {
  it('that has no place is reported, and no error of the application', () => {
    const told: string[] = []
    const folder = `${fileURLToPath(import.meta.url)}/below`

    keepLedger(folder, { ledger: createLedger(), hooks: 'sync', problems: [], warnOnce: (_, text) => told.push(text) })

    assert.equal(told.length, 1)
    assert.match(told[0] ?? '', /^CROSSBRIDGE_PROFILING_LEDGER: .*\.json can't be written \(E.*\)$/)
  })
})

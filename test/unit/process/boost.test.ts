import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createBoost } from '../../../agent/process/boost.ts'

describe('the snapshots after one that passed a threshold', () => {
  it('are five times as many, for a minute, and after that for a minute not', () => {
    const next = createBoost(1000)

    assert.equal(next(0, false), 1000)
    assert.equal(next(1000, true), 200)
    assert.equal(next(60_999, true), 200)
    assert.equal(next(61_000, true), 1000)
    assert.equal(next(120_999, true), 1000)
    assert.equal(next(121_000, true), 200)
    assert.equal(next(181_000, false), 1000)
  })

  it('are no more than ten a second, nor fewer than without', () => {
    assert.equal(createBoost(300)(0, true), 100)
    assert.equal(createBoost(90)(0, true), 90)
  })
})

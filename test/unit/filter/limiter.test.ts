import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLimiter } from '../../../agent/filter/limiter.ts'

const admitted = (admit: () => boolean, asked: number) => Array.from({ length: asked }, admit).filter(Boolean).length

describe('the limiter', () => {
  it('admits the last record within the limit and none after it', () => {
    const admit = createLimiter(3, () => 0)

    assert.deepEqual([admit(), admit(), admit(), admit()], [true, true, true, false])
  })

  it('begins anew after 60 seconds, not a millisecond before', () => {
    let clock = 1000
    const admit = createLimiter(2, () => clock)

    assert.equal(admitted(admit, 5), 2)
    clock = 60_999
    assert.equal(admitted(admit, 5), 0)
    clock = 61_000
    assert.equal(admitted(admit, 5), 2)
  })

  it('keeps its windows where they are, whenever a record comes', () => {
    let clock = 0
    const admit = createLimiter(2, () => clock)

    clock = 150_000
    assert.equal(admitted(admit, 5), 2)
    clock = 179_999
    assert.equal(admitted(admit, 5), 0)
    clock = 180_000
    assert.equal(admitted(admit, 5), 2)
  })
})

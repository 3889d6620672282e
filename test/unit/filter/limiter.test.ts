import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLimiter } from '../../../agent/filter/limiter.ts'

const admitted = (admit: (count: number) => boolean, asked: number) =>
  Array.from({ length: asked }, () => admit(1)).filter(Boolean).length

describe('the limiter', () => {
  it('admits the last record within the limit and none after it', () => {
    const { admit } = createLimiter(() => 0, 3)

    assert.deepEqual([admit(1), admit(1), admit(1), admit(1)], [true, true, true, false])
  })

  it('begins anew after 60 seconds, not a millisecond before', () => {
    let clock = 1000
    const { admit } = createLimiter(() => clock, 2)

    assert.equal(admitted(admit, 5), 2)
    clock = 60_999
    assert.equal(admitted(admit, 5), 0)
    clock = 61_000
    assert.equal(admitted(admit, 5), 2)
  })

  it('keeps its windows where they are, whenever a record comes', () => {
    let clock = 0
    const { admit } = createLimiter(() => clock, 2)

    clock = 150_000
    assert.equal(admitted(admit, 5), 2)
    clock = 179_999
    assert.equal(admitted(admit, 5), 0)
    clock = 180_000
    assert.equal(admitted(admit, 5), 2)
  })

  it('admits a whole request or nothing of it, and one that no window holds to an empty window', () => {
    let clock = 0
    const { admit } = createLimiter(() => clock, 5)

    assert.deepEqual([admit(4), admit(2), admit(1), admit(1)], [true, false, true, false])
    clock = 60_000
    assert.deepEqual([admit(6), admit(1)], [true, false])
    clock = 120_000
    assert.deepEqual([admit(1), admit(6)], [true, false])
  })

  it('follows a limit that is changed within its window', () => {
    const limiter = createLimiter(() => 0, 1)

    assert.equal(admitted(limiter.admit, 3), 1)
    limiter.most = 3
    assert.equal(admitted(limiter.admit, 3), 2)
    limiter.most = 2
    assert.equal(admitted(limiter.admit, 3), 0)
  })
})

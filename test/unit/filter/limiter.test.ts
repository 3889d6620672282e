import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLimiter } from '../../../agent/filter/limiter.ts'

const admitted = (tryAcquire: (count: number) => boolean, asked: number) =>
  Array.from({ length: asked }, () => tryAcquire(1)).filter(Boolean).length

describe('the limiter', () => {
  it('admits the last record within the limit and none after it', () => {
    const { tryAcquire } = createLimiter(() => 0, 3)

    assert.deepEqual([tryAcquire(1), tryAcquire(1), tryAcquire(1), tryAcquire(1)], [true, true, true, false])
  })

  it('begins anew after 60 seconds, not a millisecond before', () => {
    let clock = 1000
    const { tryAcquire } = createLimiter(() => clock, 2)

    assert.equal(admitted(tryAcquire, 5), 2)
    clock = 60_999
    assert.equal(admitted(tryAcquire, 5), 0)
    clock = 61_000
    assert.equal(admitted(tryAcquire, 5), 2)
  })

  it('keeps its windows where they are, whenever a record comes', () => {
    let clock = 0
    const { tryAcquire } = createLimiter(() => clock, 2)

    clock = 150_000
    assert.equal(admitted(tryAcquire, 5), 2)
    clock = 179_999
    assert.equal(admitted(tryAcquire, 5), 0)
    clock = 180_000
    assert.equal(admitted(tryAcquire, 5), 2)
  })

  it('admits a whole request or nothing of it, and one that no window holds to an empty window', () => {
    let clock = 0
    const { tryAcquire } = createLimiter(() => clock, 5)

    assert.deepEqual([tryAcquire(4), tryAcquire(2), tryAcquire(1), tryAcquire(1)], [true, false, true, false])
    clock = 60_000
    assert.deepEqual([tryAcquire(6), tryAcquire(1)], [true, false])
    clock = 120_000
    assert.deepEqual([tryAcquire(1), tryAcquire(6)], [true, false])
  })

  it('follows a limit that is changed within its window', () => {
    const limiter = createLimiter(() => 0, 1)

    assert.equal(admitted(limiter.tryAcquire, 3), 1)
    limiter.most = 3
    assert.equal(admitted(limiter.tryAcquire, 3), 2)
    limiter.most = 2
    assert.equal(admitted(limiter.tryAcquire, 3), 0)
  })
})

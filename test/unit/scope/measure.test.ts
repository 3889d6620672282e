import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Memory } from '../../../agent/call.ts'
import { createMeasure } from '../../../agent/scope/measure.ts'
import { createPeaks } from '../../../agent/scope/peaks.ts'

describe('peaks', () => {
  /** The same numbers each time. */
  const numbers = (count: number) =>
    Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 0) % 1000)

  it('are the highest values since each of them', () => {
    const peaks = createPeaks()
    const values = numbers(300)

    for (const [i, value] of values.entries()) {
      assert.equal(peaks.add(value), i)
      for (let from = 0; from <= i; from++) assert.equal(peaks.since(from), Math.max(...values.slice(from, i + 1)))
      assert.equal(peaks.since(i + 1), -Infinity)
    }
  })

  it('are never too low where more values fall than are kept, and exact for the latest', () => {
    const peaks = createPeaks(8)

    for (let value = 1000; value > 0; value--) peaks.add(value)

    for (let from = 0; from < 1000; from++) assert.ok(peaks.since(from) >= 1000 - from)
    for (let from = 993; from < 1000; from++) assert.equal(peaks.since(from), 1000 - from)
  })

  it('begin anew once they are cleared, with numbers that go on', () => {
    const peaks = createPeaks()
    peaks.add(9)
    peaks.clear()

    assert.equal(peaks.add(3), 1)
    assert.deepEqual([peaks.since(0), peaks.since(1)], [3, 3])
  })
})

describe('the measure of a call', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  /** 40 MB of V8's own heap. */
  const heap = () => new Array<number>(5e6).fill(1)

  it('has what was there during the call, and of calls around it only that', () => {
    collect()
    const measure = createMeasure()
    const outer = measure.begin()
    const held = [heap()]
    measure.end(measure.begin())
    assert.equal(held.pop()?.length, 5e6)
    collect()
    const later = measure.begin()

    const [small, large] = [measure.end(later).memoryMb, measure.end(outer).memoryMb]

    assert.ok(small < 20 && large > 30, `${small} ${large}`)
  })

  it('leaves out what was there while it was paused', () => {
    collect()
    const measure = createMeasure()
    const other = measure.begin()
    const parked = measure.begin()
    measure.pause(parked)
    const held = [heap()]
    measure.end(measure.begin())
    assert.equal(held.pop()?.length, 5e6)
    collect()
    measure.resume(parked)

    const [without, whole] = [measure.end(parked).memoryMb, measure.end(other).memoryMb]

    assert.ok(without < 20 && whole > 30, `${without} ${whole}`)
  })

  it('keeps nothing of calls that never end, and no timer once all are paused or ended', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const measure = createMeasure()
    const lost = Array.from({ length: 100 }, () => new WeakRef(measure.begin()))
    const paused: Memory[] = Array.from({ length: 10 }, () => measure.begin())
    for (const one of paused) {
      measure.pause(one)
      measure.pause(one)
    }

    // What a WeakRef is made of lives until the end of the turn.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    assert.equal(lost.filter((one) => one.deref() !== undefined).length <= 1, true)
    const other = createMeasure()
    const only = other.begin()
    other.pause(only)
    other.end(only)
    assert.ok(timers() <= before + 1)
  })
})

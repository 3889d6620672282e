import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, it } from 'node:test'
import { createSketch, generation } from '../../../agent/scope/sketch.ts'

const digest = (n: number) => hash('sha256', `seed ${n}`, 'hex')
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('the sketch', () => {
  it('knows every one of its last 80,000 digests, before and after a generation is full', () => {
    const add = createSketch()
    for (const n of range(0, generation - 1)) add(digest(n))
    const before = range(0, 1000).filter((n) => !add(digest(n)))
    add(digest(generation - 1))

    const after = range(0, 1000).filter((n) => !add(digest(n)))

    assert.deepEqual([before, after], [[], []])
  })

  it('takes at most 1 % of what is new for known, with both generations full', () => {
    const add = createSketch()
    for (const n of range(0, 2 * generation - 1)) add(digest(n))
    const fresh = range(1_000_000, 1_005_000)

    // Each once, so that few are put in.
    const wrong = fresh.filter((n) => add(digest(n))).length

    assert.ok(wrong <= fresh.length / 100, `${wrong} of ${fresh.length}`)
  })

  it('forgets the generation before the last, but what was seen again stays', () => {
    const add = createSketch()
    // What is wrongly known does not fill it, so that it takes some more.
    const more = generation + 1000
    for (const n of range(0, more)) add(digest(n))
    const again = range(0, 500).map(digest)
    for (const one of again) add(one)
    for (const n of range(more, more + generation)) add(digest(n))

    const kept = again.filter((one) => add(one)).length
    const forgotten = range(1000, 2000).filter((n) => !add(digest(n))).length

    assert.equal(kept, again.length)
    assert.ok(forgotten > 950, `${forgotten}`)
  })

  it('keeps its size, whatever it is given', () => {
    const add = createSketch()
    const { arrayBuffers } = process.memoryUsage()

    for (const n of range(0, 3 * generation)) add(digest(n))

    assert.ok(process.memoryUsage().arrayBuffers <= arrayBuffers)
  })
})

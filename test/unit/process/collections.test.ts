import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCollections } from '../../../agent/process/collections.ts'

const pause = (startTime: number, duration: number, kind = 1) =>
  ({ name: 'gc', entryType: 'gc', startTime, duration, detail: { kind, flags: 0 }, toJSON() {} }) as const

function observed() {
  let tell: (entries: readonly ReturnType<typeof pause>[]) => void = () => {}
  let waiting: ReturnType<typeof pause>[] = []
  const collections = createCollections((told) => {
    tell = told
    return { takeRecords: () => waiting.splice(0), disconnect() {} }
  })
  collections.start()
  return {
    collections,
    tell: (...entries: ReturnType<typeof pause>[]) => tell(entries),
    wait: (...entries: ReturnType<typeof pause>[]) => {
      waiting = entries
    },
  }
}

describe('garbage collection', () => {
  it('is counted by kind, and for a call by what falls into it, also of pauses that only wait to be reported', () => {
    const { collections, tell, wait } = observed()
    tell(pause(10, 5), pause(100, 10, 4), pause(200, 10))
    wait(pause(300, 20, 4))

    assert.equal(collections.between(0, 1000, 0), 45)
    assert.equal(collections.between(105, 205, 0), 10)
    assert.equal(collections.between(110, 200, 0), 0)
    assert.equal(collections.between(310, 315, 0), 5)
    assert.deepEqual(collections.counts, { minor: 2, major: 2, incremental: 0, weak: 0 })
  })

  it('of the turn before a call is not that of the call, though it is told after its begin', () => {
    const { collections, tell } = observed()
    const known = collections.totalMs()
    tell(pause(10, 50))

    assert.equal(collections.between(70, 90, known), 0)
  })

  it('of the last turn of a call is added when it is reported', () => {
    const { collections, tell } = observed()
    const timing = { gc_ms: 1.5 }
    collections.later(0, 100, timing)
    tell(pause(90, 20))
    tell(pause(120, 20))

    assert.equal(timing.gc_ms, 11.5)
  })

  it('of a call that is older than the pauses that are kept goes by the total at its begin', () => {
    const { collections, tell } = observed()
    tell(pause(1, 1))
    const known = collections.totalMs()
    for (let i = 1; i <= 5000; i++) tell(pause(i * 10, 1))

    assert.equal(collections.between(5, 60_000, known), 5000)
    assert.equal(collections.between(49_995, 60_000, 4999), 1)
  })
})

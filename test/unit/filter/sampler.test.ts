import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSampler } from '../../../agent/filter/sampler.ts'

const calls = 100_000
const taken = (rate: number, seed: number) => {
  const sample = createSampler(rate, seed)
  return Array.from({ length: calls }, sample)
}

describe('the sampler', () => {
  it('takes every call at 1 and none at 0', () => {
    assert.ok(taken(1, 7).every(Boolean))
    assert.ok(!taken(0, 7).some(Boolean))
  })

  for (const rate of [0.001, 0.05, 0.1, 0.5, 0.9]) {
    it(`takes a share of ${rate}, within five standard deviations, for any seed`, () => {
      for (const seed of [1, 2, 12345, -9, 0, 2 ** 31, 0xffffffff]) {
        const share = taken(rate, seed).filter(Boolean).length / calls

        assert.ok(Math.abs(share - rate) <= 5 * Math.sqrt((rate * (1 - rate)) / calls), `${share} with seed ${seed}`)
      }
    })
  }

  it('takes a call no more often after one that it took', () => {
    const all = taken(0.1, 4711)
    const after = all.filter((_, i) => all[i - 1])
    const share = after.filter(Boolean).length / after.length

    assert.ok(Math.abs(share - 0.1) <= 5 * Math.sqrt(0.09 / after.length), `${share}`)
  })

  it('shares nothing with another sampler', () => {
    const alone = createSampler(0.5, 3)
    const first = createSampler(0.5, 3)
    const second = createSampler(0.5, 99)
    const beside = Array.from({ length: 1000 }, () => [first(), second()][0])

    assert.deepEqual(beside, Array.from({ length: 1000 }, alone))
  })
})

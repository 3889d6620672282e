import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Plan, Variant } from '../../../cli/bench/model.ts'
import { scheduleOf } from '../../../cli/bench/run/schedule.ts'

const variant = (name: string): Variant => ({ kind: 'command', name, command: ['x'], env: {}, location: '' })
const plan = (seed: number): Plan => ({
  variants: ['a', 'b', 'c'].map(variant),
  loads: [
    { kind: 'closed', concurrency: 1 },
    { kind: 'open', rate: 10 },
  ],
  ...{ iterations: 20, warmup: 0, operations: 1, seconds: 1, seed, baseline: 'a', rank: 'p50_ms' },
})
const words = (seed: number) => scheduleOf(plan(seed)).map((one) => `${one.round} ${one.variant.name} ${one.load}`)

describe('the schedule', () => {
  it('has each variant at each load once in each round, one round after the other', () => {
    const turns = scheduleOf(plan(1))

    assert.equal(new Set(words(1)).size, 20 * 6)
    assert.deepEqual(
      turns.map(({ round }) => round),
      turns.map((_, i) => Math.floor(i / 6)),
    )
  })

  it('is shuffled anew in each round, so that every variant is first in some', () => {
    const first = scheduleOf(plan(1)).filter((_, i) => i % 6 === 0)

    assert.deepEqual([...new Set(first.map((one) => one.variant.name))].sort(), ['a', 'b', 'c'])
  })

  it('is the same for a seed, and another for another', () => {
    assert.deepEqual(words(7), words(7))
    assert.notDeepEqual(words(7), words(8))
  })
})

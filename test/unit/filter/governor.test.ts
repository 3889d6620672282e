import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGovernor } from '../../../agent/filter/governor.ts'

/** Lets seconds pass, each with as much own work, in milliseconds, as `work` says of a share and a second. */
function simulated(percent: number) {
  let clock = 0
  let done = 0
  let share = 1
  const told: string[] = []
  const shares: number[] = []
  const governor = createGovernor({
    now: () => clock,
    total: () => done,
    warnOnce: (cause) => void (told.includes(cause) || told.push(cause)),
    changed(next) {
      share = next
      shares.push(next)
    },
  })
  governor.reset(percent)
  shares.length = 0
  const pass = (seconds: number, work: (share: number, second: number) => number) => {
    for (let second = 0; second < seconds; second++) {
      clock += 1000
      done += work(share, second)
      governor.look()
    }
  }
  return { governor, told, shares, pass, share: () => share }
}

describe('CPU budget', () => {
  it('leaves alone what takes no more than the limit', () => {
    const { pass, shares, told, governor } = simulated(1)

    pass(600, () => 10)

    assert.deepEqual([shares, told, governor.text()], [[], [], undefined])
  })

  it('leaves alone a burst of a second, a write that was slow once, and work too small to judge', () => {
    const { pass, shares } = simulated(1)

    pass(60, (_, second) => (second === 0 || second === 30 ? 900 : 5))
    const small = simulated(0.1)
    small.pass(600, () => 4.9)

    assert.deepEqual([shares, small.shares], [[], []])
  })

  it('halves the sampling within seconds where it takes more, until it takes less, and says so once', () => {
    const { pass, shares, told, share } = simulated(1)

    pass(3, (left) => 70 * left)
    assert.deepEqual(shares, [1 / 2])
    pass(600, (left) => 70 * left)

    assert.equal(Math.min(...shares), 1 / 8)
    assert.ok(70 * share() <= 10)
    assert.deepEqual(told, ['restraint'])
  })

  it('comes back when there is less to do, not before it has been so for a while', () => {
    const { pass, shares, share, governor } = simulated(1)
    pass(3, (left) => 70 * left)

    pass(9, () => 1)
    assert.deepEqual(shares, [1 / 2])
    pass(1, () => 1)

    assert.equal(share(), 1)
    assert.equal(governor.text(), 'limits.self_cpu_percent (1) lowered the sampling, down to 1/2; now all')
  })

  it('stays where it is between half of the limit and the limit', () => {
    const { pass, shares } = simulated(1)
    pass(3, () => 30)

    pass(600, () => 5.1)

    assert.deepEqual(shares, [1 / 2])
  })

  it('pauses where the least sampling is still too much, tries again after a minute, then longer, to a bound', () => {
    const { pass, shares, told, governor, share } = simulated(1)
    const always = () => 100

    pass(3 * 7, always)
    assert.deepEqual(shares, [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 0])
    assert.deepEqual(told, ['restraint', 'restraint paused'])
    assert.equal(governor.text(), 'limits.self_cpu_percent (1) lowered the sampling, paused 1 time; now paused')

    pass(59, always)
    assert.equal(share(), 0)
    pass(1, always)
    assert.equal(share(), 1 / 64)
    pass(3 + 119, always)
    assert.equal(share(), 0)
    pass(1, always)
    assert.equal(share(), 1 / 64)

    for (let pauses = 0; pauses < 12; pauses++) pass(3 + 32 * 60, always)
    const before = shares.length
    pass(10 * (3 + 32 * 60), always)
    assert.equal(shares.length - before, 20)
  })

  it('begins with a minute again after it has come back wholly', () => {
    const { pass, share } = simulated(1)
    pass(3 * 7, () => 100)
    pass(60 + 3, () => 100)
    pass(120 + 60, () => 0)
    assert.equal(share(), 1)

    pass(3 * 7, () => 100)
    assert.equal(share(), 0)
    pass(60, () => 100)

    assert.equal(share(), 1 / 64)
  })

  it('is off at 0, and begins anew with another limit', () => {
    const { pass, shares, governor, share } = simulated(0)
    pass(60, () => 900)
    assert.deepEqual(shares, [])

    governor.reset(50)
    pass(3, () => 900)
    assert.equal(share(), 1 / 2)
    governor.reset(50)

    assert.equal(share(), 1)
    assert.match(governor.text() ?? '', /down to 1\/2; now all$/)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGovernor } from '../../../agent/filter/governor.ts'
import { createMeter } from '../../../agent/scope/meter.ts'

/** A thread that works all of the time, of which it gets `share`; and the agent's meter and governor in it. */
function threadWith(share: number, percent = 1) {
  let at = 0
  const thread = { ran: 0, waited: 0, look() {} }
  const shares: number[] = []
  const meter = createMeter(
    () => at,
    () => {},
    () => governor.look(at),
    () => thread,
  )
  const governor = createGovernor({
    now: () => at,
    total: meter.total,
    warnOnce() {},
    changed: (left) => void shares.push(left),
  })
  governor.reset(percent)
  shares.length = 0
  /** Seconds in each of which records are written, so many milliseconds of processor time together. */
  const write = (seconds: number, cpuMs: number) => {
    for (let i = 0; i < seconds * 10; i++) {
      at += 100
      thread.ran += 100 * share
      thread.waited += 100 * (1 - share)
      meter.spent(cpuMs / 10 / share)
    }
  }
  return { meter, shares, write }
}

describe("the agent's own work", () => {
  it("is processor time: a busy neighbour lowers nobody's sampling", () => {
    const { shares, write, meter } = threadWith(1 / 4)

    write(60, 8)

    assert.deepEqual(shares, [])
    assert.ok(Math.abs(meter.total() - 480) < 1, String(meter.total()))
  })

  it('is still restrained where it is too much, with a neighbour and without', () => {
    for (const share of [1, 1 / 4]) {
      const { shares, write } = threadWith(share)

      write(8, 12)

      assert.equal(shares[0], 1 / 2)
    }
  })

  it('never falls, however its thread fares', () => {
    let at = 0
    const thread = { ran: 0, waited: 0, look() {} }
    const meter = createMeter(
      () => at,
      () => {},
      undefined,
      () => thread,
    )
    let before = 0
    for (let i = 0; i < 100; i++) {
      at += 10
      thread.ran += i % 7
      thread.waited += i % 5
      meter.spent(1)
      assert.ok(meter.total() >= before)
      before = meter.total()
    }
    assert.ok(before > 20 && before < 90, String(before))
  })

  it('is what was timed where nothing tells of the processor', () => {
    const meter = createMeter(
      () => 0,
      () => {},
    )
    meter.spent(3)
    meter.spent(4)

    assert.equal(meter.total(), 7)
  })
})

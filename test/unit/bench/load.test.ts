import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Load } from '../../../cli/bench/model.ts'
import type { Clock } from '../../../cli/bench/worker/clock.ts'
import { type Sent, send, tooSlow } from '../../../cli/bench/worker/load.ts'
import { quantilesOf } from '../../../cli/bench/worker/quantiles.ts'

/** A clock whose time passes when all else waits. */
function createTime() {
  let time = 0
  let waiting: { moment: number; wake: () => void }[] = []
  const until = (moment: number) => new Promise<void>((wake) => void waiting.push({ moment, wake }))
  const clock: Clock = {
    now: () => time,
    until: (moment) => (moment <= time ? Promise.resolve() : until(moment)),
    turn: () => new Promise((resolve) => void setImmediate(resolve)),
    close: async () => {},
  }
  return {
    clock,
    /** An operation of so many milliseconds that leaves the thread alone. */
    sleep: (ms: number) => until(time + ms),
    /** One that keeps it. */
    block(ms: number): void {
      time += ms
    },
    async pass<T>(work: Promise<T>): Promise<T> {
      let isDone = false
      const done = work.finally(() => (isDone = true))
      while (!isDone) {
        for (let i = 0; i < 4; i++) await new Promise((resolve) => void setImmediate(resolve))
        const [next] = waiting.sort((a, b) => a.moment - b.moment)
        if (next === undefined) continue
        time = Math.max(time, next.moment)
        const due = waiting.filter(({ moment }) => moment <= time)
        waiting = waiting.filter(({ moment }) => moment > time)
        for (const { wake } of due) wake()
      }
      return done
    },
  }
}

type Time = ReturnType<typeof createTime>

function run(load: Load, seconds: number, operate: (time: Time, index: number) => unknown): Promise<Sent> {
  const time = createTime()
  const sending = { load, seconds, operations: 1e6, clock: time.clock }
  return time.pass(send({ ...sending, operate: async (index) => operate(time, index) }))
}

/** An operation takes 1 ms, and 200 ms longer if it begins in the stall that there is once a second. */
const stalling = ({ clock, sleep }: Time) => {
  const into = clock.now() % 1000
  return sleep(into < 200 ? 200 - into + 1 : 1)
}
const percentile = ({ latencies }: Sent, share: number) => quantilesOf(latencies)[share] as number

describe('a store that stalls for 200 ms once a second', () => {
  it('hides it in a closed loop, which sends nothing meanwhile', async () => {
    const sent = await run({ kind: 'closed', concurrency: 1 }, 3, stalling)

    assert.deepEqual([percentile(sent, 50), percentile(sent, 99), percentile(sent, 100)], [1, 1, 201])
  })

  it('shows it in an open loop, whose latency counts from the intended begin', async () => {
    const sent = await run({ kind: 'open', rate: 100 }, 3, stalling)

    assert.equal(sent.operations, 300)
    assert.equal(percentile(sent, 50), 1)
    assert.equal(percentile(sent, 99), 191)
    // A fifth of all begins within the stall.
    assert.equal(sent.latencies.filter((ms) => ms > 1.5).length, 60)
  })

  it('shows it in an open loop also where the stall keeps the thread', async () => {
    const sent = await run({ kind: 'open', rate: 100 }, 3, (time, index) => time.block(index % 100 === 0 ? 201 : 1))

    assert.equal(sent.operations, 300)
    assert.ok(percentile(sent, 90) > 50)
    assert.equal(percentile(sent, 100), 201)
    // The generator was not free when it was late: that was the operation.
    assert.ok(sent.late.every((ms) => ms === 0))
  })
})

describe('the load', () => {
  it('has as many operations under way as it has lanes', async () => {
    let [now, most] = [0, 0]
    const sent = await run({ kind: 'closed', concurrency: 4 }, 1, async (time) => {
      most = Math.max(most, ++now)
      await time.sleep(10)
      now--
    })

    assert.deepEqual([most, sent.operations], [4, 400])
  })

  it('ends with the operations, where these come first', async () => {
    const time = createTime()
    const sent = await time.pass(
      send({
        ...{ load: { kind: 'closed', concurrency: 3 }, seconds: 60, operations: 10, clock: time.clock },
        operate: () => time.sleep(5),
      }),
    )

    assert.deepEqual([sent.operations, sent.latencies.length, sent.elapsed], [10, 10, 20])
  })

  it('counts what fails by its name and code, and has no latency of it', async () => {
    const sent = await run({ kind: 'closed', concurrency: 1 }, 1, async (time, index) => {
      await time.sleep(100)
      if (index % 2 === 0) throw Object.assign(new TypeError('a row of the user'), { code: 'ECONNREFUSED' })
    })

    assert.deepEqual([...sent.failures], [['TypeError ECONNREFUSED', 5]])
    assert.equal(sent.latencies.length, 5)
  })

  it('counts operations as failed above 10,000 under way', async () => {
    const sent = await run({ kind: 'open', rate: 10_500 }, 1, (time) => time.sleep(2000))

    assert.deepEqual([sent.operations, sent.latencies.length], [10_500, 10_000])
    assert.deepEqual([...sent.failures], [[tooSlow, 500]])
  })

  it('tells how late it was itself, while nothing else was under way', async () => {
    const time = createTime()
    const late: Clock = { ...time.clock, until: (moment) => time.clock.until(moment + 3) }
    const sending = { load: { kind: 'open', rate: 10 }, seconds: 1, operations: 10, clock: late } as const
    const sent = await time.pass(send({ ...sending, operate: () => time.sleep(1) }))

    assert.deepEqual(sent.late.slice(1).map(Math.round), Array(9).fill(3))
    assert.deepEqual(sent.latencies.slice(1).map(Math.round), Array(9).fill(4))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createIdleClock } from '../../../agent/process/idle-clock.ts'

/** A thread of which a test says what it did. */
function thread() {
  const now = { at: 0, loop: 0, ran: 0, waited: 0 }
  const processor = {
    ran: 0,
    waited: 0,
    sampled: false,
    close() {},
    look: () => void Object.assign(processor, { ran: now.ran, waited: now.waited }),
  }
  const clock = createIdleClock({ now: () => now.at, loop: () => now.loop, processor: () => processor })
  const pass = ({ idle = 0, ran = 0, waited = 0, lost = 0 }) => {
    now.at += idle + lost + ran + waited
    now.loop += idle
    now.ran += ran
    now.waited += waited
  }
  return { clock, pass }
}

describe("the loop's waiting", () => {
  it('is its own account, and while a profiler interrupts it, what the thread neither ran nor wanted to run', () => {
    const { clock, pass } = thread()
    pass({ idle: 7 })
    const before = clock.idle()
    pass({ idle: 10, ran: 5 })
    assert.equal(clock.idle() - before, 10)

    const end = clock.sampling()
    assert.equal(clock.idle() - before, 10)
    pass({ idle: 3, lost: 97, ran: 20, waited: 10 })
    assert.equal(clock.idle() - before, 110)
    end()
    end()

    assert.equal(clock.idle() - before, 110)
    pass({ idle: 5, ran: 5 })
    assert.equal(clock.idle() - before, 115)
  })

  it('never runs backwards, and is not looked up more than once in a millisecond', () => {
    const { clock, pass } = thread()
    const [end, other] = [clock.sampling(), clock.sampling()]
    const first = clock.idle()
    pass({ lost: 0.5 })
    assert.equal(clock.idle(), first)
    pass({ lost: 0.5 })
    assert.equal(clock.idle() - first, 1)
    end()
    pass({ lost: 50 })
    assert.equal(clock.idle() - first, 51)
    other()
  })
})

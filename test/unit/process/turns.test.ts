import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTurns } from '../../../agent/process/turns.ts'

/** A loop of which the test says what each turn does. */
function loop() {
  let at = 0
  let idle = 0
  let waited = 0
  let next: (() => void) | undefined
  const processor = { ran: 0, waited: 0, sampled: false, look() {}, close() {} }
  processor.look = () => {
    processor.waited = waited
  }
  const turns = createTurns({
    now: () => at,
    idle: () => idle,
    processor: () => processor,
    soon: (run) => {
      next = run
    },
  })
  const told: number[][] = []
  turns.told.add((...stall) => void told.push(stall))
  const work = (ms: number) => {
    at += ms
  }
  const wait = (ms: number) => {
    at += ms
    idle += ms
  }
  const starve = (ms: number) => {
    at += ms
    waited += ms
  }
  const endTurn = () => next?.()
  turns.start()
  endTurn()
  return { turns, told, work, wait, starve, endTurn }
}

describe('the turns of the event loop', () => {
  it('are stalls from 20 ms of work on, and tell of their time and their work', () => {
    const { turns, told, work, wait, endTurn } = loop()

    for (const ms of [19, 20, 300]) {
      wait(1000)
      work(ms)
      endTurn()
    }

    assert.deepEqual(told, [
      [1019, 2039, 20],
      [2039, 3339, 300],
    ])
    assert.deepEqual(turns.stalls, { count: 2, totalMs: 320, longestMs: 300 })
  })

  it('are none where many short ones follow each other, at whatever load', () => {
    const { turns, told, work, endTurn } = loop()
    const mark = turns.mark()

    for (let i = 0; i < 100; i++) {
      work(15)
      endTurn()
    }

    assert.deepEqual([told, turns.since(mark)], [[], 0])
  })

  it('are none where others had the processor', () => {
    const { turns, told, work, starve, endTurn } = loop()
    const mark = turns.mark()

    for (let i = 0; i < 10; i++) {
      work(10)
      starve(50)
      work(9)
      endTurn()
    }
    work(30)
    starve(70)
    endTurn()

    assert.deepEqual(told, [[690, 790, 30]])
    assert.equal(turns.since(mark), 30)
  })

  it('count for a call by what of them comes after its mark, also in the turn in which it ends', () => {
    const { turns, work, wait, endTurn } = loop()
    work(40)
    const early = turns.mark()
    assert.equal(turns.since(early), 0)
    work(60)
    assert.equal(turns.since(early), 60)
    endTurn()
    assert.equal(turns.since(early), 60)
    wait(500)
    const later = turns.mark()

    work(19)
    assert.deepEqual([turns.since(early), turns.since(later)], [60, 0])
    work(1)
    assert.deepEqual([turns.since(early), turns.since(later)], [80, 20])
    endTurn()
    work(5)

    assert.deepEqual([turns.since(early), turns.since(later)], [80, 20])
  })

  it('count for a call that began in a short one nothing of that', () => {
    const { turns, work, endTurn } = loop()
    work(5)
    const mark = turns.mark()
    work(5)
    endTurn()
    work(25)
    endTurn()

    assert.equal(turns.since(mark), 25)
  })

  it("leave out the application's own start, and go on after a stop only when they are started", () => {
    const { turns, told, work, endTurn } = loop()
    turns.stop()
    work(100)
    endTurn()
    turns.start()
    work(100)
    endTurn()
    assert.deepEqual(told, [])

    work(100)
    endTurn()

    assert.deepEqual(told.length, 1)
  })
})

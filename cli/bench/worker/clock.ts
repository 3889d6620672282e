import { Worker } from 'node:worker_threads'
import { now } from '../../../agent/clock.ts'
import type { Load } from '../model.ts'

/** Time, as the load generator knows it. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Ends at this moment, or as soon after as can be. */
  until(moment: number): Promise<void>
  /** Lets the event loop do what waits. */
  turn(): Promise<void>
  close(): Promise<void>
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

/** Below this a message to the other thread and back takes longer than what is left. */
const leastMs = 0.3

/**
 * Sleeps in a thread of its own: a timer of Node is up to 2 ms late, more than many an operation takes, and to look at the
 * clock all the time would be processor time that is not the variant's.
 */
const sleeper = `
const { parentPort } = require('node:worker_threads')
const flag = new Int32Array(new SharedArrayBuffer(4))
parentPort.on('message', (moment) => {
  const [seconds, nanoseconds] = process.hrtime()
  const left = moment - (seconds * 1000 + nanoseconds / 1e6)
  if (left > 0) Atomics.wait(flag, 0, 0, left)
  parentPort.postMessage(0)
})`

/** A clock that is right within about 0.1 ms on an idle machine; one `until` at a time. */
async function openSleepingClock(): Promise<Clock> {
  // Without the agent, which would be loaded a second time.
  const thread = new Worker(sleeper, { eval: true, execArgv: [], env: {} })
  await new Promise((resolve, reject) => thread.once('online', resolve).once('error', reject))
  return {
    now,
    turn,
    async until(moment) {
      if (moment - now() > leastMs) {
        const woken = new Promise((resolve) => thread.once('message', resolve))
        thread.postMessage(moment)
        await woken
      }
      while (now() < moment) await turn()
    },
    close: async () => void (await thread.terminate()),
  }
}

/** For a closed loop, which sleeps never. */
const plainClock: Clock = {
  ...{ now, turn },
  close: async () => {},
  async until(moment) {
    while (now() < moment) await turn()
  },
}

/** The clock that a load needs. */
export const openClock = async (load: Load): Promise<Clock> => (load.kind === 'open' ? openSleepingClock() : plainClock)

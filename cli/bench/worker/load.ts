import { textOf } from '../../../agent/diagnostics.ts'
import type { Load } from '../model.ts'
import type { Clock } from './clock.ts'

/** What is sent, and for how long: whichever comes first ends it. */
export interface Sending {
  readonly load: Load
  readonly operations: number
  readonly seconds: number
  readonly clock: Clock
  /** Its promise is the operation; what it fails with is counted. */
  readonly operate: (index: number) => Promise<unknown>
  /** True once nothing more is to begin. */
  readonly ended?: () => boolean
}

/** What became of it. Times are milliseconds. */
export interface Sent {
  readonly operations: number
  /** Of those that went well. */
  readonly latencies: readonly number[]
  /** By the error's name and code. */
  readonly failures: ReadonlyMap<string, number>
  readonly elapsed: number
  /** How much later than intended operations began while nothing else was under way: that is the generator's own fault. */
  readonly late: readonly number[]
}

/** More operations under way than these are no longer begun: their count would only grow. */
const mostUnderWay = 10_000
export const tooSlow = 'could not keep up with the rate'
/** A lane whose operations end at once would let no timer of the client through. */
const turnMs = 20

/** Sends operations and measures them. */
export async function send(sending: Sending): Promise<Sent> {
  const sums = { begun: 0, latencies: [] as number[], failures: new Map<string, number>(), late: [] as number[] }
  const fail = (error: string) => void sums.failures.set(error, (sums.failures.get(error) ?? 0) + 1)
  const { clock, load } = sending
  const start = clock.now()
  const parts = { ...sending, start, fail, sums }
  await (load.kind === 'closed' ? sendClosed(parts, load.concurrency) : sendOpen(parts, load.rate))
  const { begun: operations, latencies, failures, late } = sums
  return { operations, latencies, failures, late, elapsed: clock.now() - start }
}

interface Parts extends Sending {
  readonly start: number
  readonly fail: (error: string) => void
  readonly sums: { begun: number; readonly latencies: number[]; readonly late: number[] }
}

async function sendClosed(parts: Parts, concurrency: number): Promise<void> {
  const { operations, seconds, clock, start, operate, fail, sums, ended = () => false } = parts
  const end = start + seconds * 1000
  const lane = async () => {
    let turned = start
    while (sums.begun < operations && clock.now() < end && !ended()) {
      const index = sums.begun++
      const from = clock.now()
      try {
        await operate(index)
        sums.latencies.push(clock.now() - from)
      } catch (error) {
        fail(textOf(error))
      }
      if (clock.now() - turned < turnMs) continue
      await clock.turn()
      turned = clock.now()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}

/** Latency counts from the intended begin, so that what waits behind a slow operation is seen to wait. */
async function sendOpen(parts: Parts, rate: number): Promise<void> {
  const { operations, seconds, clock, start, operate, fail, sums, ended = () => false } = parts
  const count = Math.min(operations, Math.max(1, Math.floor(rate * seconds)))
  const all = new Set<Promise<void>>()
  let freeAt = start

  const begin = async (index: number, due: number) => {
    try {
      await operate(index)
      sums.latencies.push(clock.now() - due)
    } catch (error) {
      fail(textOf(error))
    }
    freeAt = clock.now()
  }
  for (let index = 0; index < count && !ended(); index++) {
    const due = start + (index * 1000) / rate
    await (clock.now() < due ? clock.until(due) : clock.turn())
    sums.begun++
    if (all.size >= mostUnderWay) {
      fail(tooSlow)
      continue
    }
    if (all.size === 0 && freeAt <= due) sums.late.push(clock.now() - due)
    const one = begin(index, due)
    // It may have kept the thread until now.
    freeAt = clock.now()
    all.add(one)
    one.then(() => all.delete(one))
  }
  await Promise.all(all)
}

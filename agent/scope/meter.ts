import type { AgentWork } from '../call.ts'
import type { WarnOnce } from '../model.ts'
import { createHotScopes } from './hot-scopes.ts'

/** A section that took longer, in milliseconds, was interrupted: by the scheduler or the garbage collector. */
const longest = 0.5
/** Work in no section, in milliseconds: the wrapper around a call, and the promise that tells its end. Measured. */
const unseen = 0.0001
/** What the thread wanted of the processor since the last look, in milliseconds; the share that it got of less says little. */
const leastToJudge = 20

/** What the thread had of the processor: see process/processor.ts. */
interface ThreadTime {
  look(at: number, mostAgeMs: number): void
  readonly ran: number
  readonly waited: number
}

/**
 * `worked` is told the time, or nothing, after each piece of work. Work is timed by the clock on the wall, and counts as
 * processor time by the share of the processor that the thread got meanwhile: that others are busy is no work of ours.
 * To measure each piece by processor time would cost more than the piece.
 */
export function createMeter(
  now: () => number,
  warnOnce: WarnOnce,
  worked?: (at?: number) => void,
  openThreadTime?: () => ThreadTime,
): AgentWork {
  const warnIfHot = createHotScopes(now, warnOnce)
  const scaled = createScaled(now, openThreadTime)
  /** The cost of one reading of the clock in milliseconds, which is part of each interval. */
  let reading = longest

  return {
    begin(point) {
      warnIfHot(point)
      const before = now()
      const at = now()
      reading = Math.min(reading, at - before)
      return at
    },
    end(since) {
      const at = now()
      scaled.add(Math.max(Math.min(at - since, longest) - reading, 0) * 128)
      worked?.(at)
    },
    done(since) {
      const at = now()
      // The call's own two readings belong to its cost.
      scaled.add((Math.min(at - since, longest) + reading + unseen) * 128)
      worked?.(at)
    },
    spent(ms) {
      scaled.add(ms)
      worked?.()
    },
    total: scaled.total,
  }
}

/** Sums up times on the wall; the total is processor time, and never falls. */
function createScaled(now: () => number, openThreadTime: (() => ThreadTime) | undefined) {
  let thread: ThreadTime | undefined
  let [ranBefore, waitedBefore] = [0, 0]
  let [pending, settled, told] = [0, 0, 0]
  let share = 1

  const settle = () => {
    // Opened with the first work, since a start has none.
    thread ??= openThreadTime?.()
    if (thread === undefined) return
    thread.look(now(), 0)
    const ran = thread.ran - ranBefore
    const wanted = ran + thread.waited - waitedBefore
    if (wanted < leastToJudge) return
    share = ran / wanted
    settled += pending * share
    pending = 0
    ranBefore = thread.ran
    waitedBefore = thread.waited
  }

  return {
    add(ms: number) {
      pending += ms
    },
    total() {
      if (pending > 0) settle()
      told = Math.max(told, settled + pending * share)
      return told
    },
  }
}

import type { Profiler } from 'node:inspector'
import { followTurns } from './long-turns.ts'
import { type Interval, stallsIn } from './samples.ts'

/** The times in which one piece of work held the event loop, of the last minute or so. */
export interface Stalls {
  /** Those of a profile that were not known. */
  find(profile: Profiler.Profile): Interval[]
  add(stall: Interval): void
  /** The parts of an interval in which there was one. */
  within(interval: Interval): Interval[]
  /** True if a profile from then on may show one. */
  mayShow(from: number): boolean
  /** Looks at the turn under way, and forgets what is long over. */
  look(): void
  close(): void
}

/** How long a process starts: to load its modules is a stall of its calls only. */
const startMs = 2000
const most = 1000

export function createStalls(leastMs: number, keptMs: number, now: () => number): Stalls {
  const startsUntil = now() + startMs
  let long: Interval[] = []
  let known: Interval[] = []
  const turns = followTurns(leastMs, now, (turn) => long.push(turn))
  const recent = (some: readonly Interval[]) => some.filter(({ to }) => now() - to < keptMs).slice(-most)
  const meet = (one: Interval, other: Interval) => one.to > other.from && one.from < other.to

  return {
    find(profile) {
      const { startTime, endTime } = profile
      const all = { from: startTime / 1000, to: endTime / 1000 }
      // Windows overlap.
      const fresh = long.filter((turn) => meet(turn, all) && !known.some((one) => meet(one, turn)))
      const found = stallsIn(profile, fresh, leastMs)
      known.push(...found)
      return found.filter(({ from }) => from >= startsUntil)
    },
    add: (stall) => void known.push(stall),
    within: (interval) =>
      known.flatMap(({ from, to }) => {
        const both = { from: Math.max(from, interval.from), to: Math.min(to, interval.to) }
        // One that has only grazed a call has not held it up.
        return both.to - both.from >= leastMs / 2 ? [both] : []
      }),
    mayShow: (from) => long.some((turn) => turn.to > from && turn.to >= startsUntil),
    look() {
      turns.look()
      long = recent(long)
      known = recent(known)
    },
    close: turns.close,
  }
}

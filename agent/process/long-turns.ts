import type { Interval } from './samples.ts'

// The application's tests may put fakes in their place.
const { setImmediate, clearImmediate } = globalThis

/** Watches for turns of the event loop that last long. */
export interface Turns {
  /** Looks at the turn under way. */
  look(): void
  close(): void
}

/**
 * `long` is notified of each turn of `leastMs` or more, in milliseconds of `now`, its waiting included: what of it was work is
 * for the samples to tell. Not for `performance.nodeTiming.idleTime`, which loses all that it waited when the profiler's
 * signal interrupts that. By an immediate that keeps nothing alive: it comes once in each turn, and an idle loop makes none.
 */
export function followTurns(leastMs: number, now: () => number, long: (turn: Interval) => void): Turns {
  let from = now()
  let next: NodeJS.Immediate

  const look = () => {
    const to = now()
    if (to - from >= leastMs) long({ from, to })
    from = to
  }
  const turn = () => {
    look()
    next = setImmediate(turn).unref()
  }
  next = setImmediate(turn).unref()

  return { look, close: () => clearImmediate(next) }
}

const { nodeTiming } = performance
// The application's tests may put fakes in their place.
const { setImmediate, clearImmediate } = globalThis

/** Watches for turns of the event loop that work for long. */
export interface Turns {
  /** Looks at the turn under way. */
  look(): void
  close(): void
}

/**
 * `stalled` is told of each turn that worked for `leastMs` or more, in milliseconds of `now`. By an immediate that keeps
 * nothing alive: it comes once in each turn, and an idle loop makes none.
 */
export function followTurns(leastMs: number, now: () => number, stalled: (from: number, to: number) => void): Turns {
  let since = now()
  let idle = nodeTiming.idleTime
  let next: NodeJS.Immediate | undefined

  const look = () => {
    const [at, idleNow] = [now(), nodeTiming.idleTime]
    const worked = at - since - (idleNow - idle)
    since = at
    idle = idleNow
    if (worked >= leastMs) stalled(at - worked, at)
  }
  const turn = () => {
    look()
    next = setImmediate(turn).unref()
  }
  next = setImmediate(turn).unref()

  return {
    look,
    close() {
      if (next !== undefined) clearImmediate(next)
    },
  }
}

interface GuardParts {
  readonly now: () => number
  /** Told of the agent's own work, in milliseconds. */
  readonly spent: (ms: number) => void
  readonly fault: (error: unknown) => void
}

/** Runs work of the agent's own: its time is counted, its faults are ours. Gives undefined for one. */
export function guard({ now, spent, fault }: GuardParts): <R>(run: () => R) => R | undefined {
  let depth = 0
  return (run) => {
    const since = now()
    depth++
    try {
      return run()
    } catch (error) {
      fault(error)
      return undefined
    } finally {
      depth--
      if (depth === 0) spent(now() - since)
    }
  }
}

const mostScopes = 1000

/** Gives how many were held back before one that may pass, or undefined for one to hold back. */
export function createCooldown(ms: number, now: () => number): (scope: string) => number | undefined {
  // The longest quiet first, since a scope that passes is set anew.
  const cooling = new Map<string, { readonly until: number; suppressed: number }>()

  return (scope) => {
    const at = now()
    const last = cooling.get(scope)
    if (last !== undefined && at < last.until) {
      last.suppressed++
      return undefined
    }
    cooling.delete(scope)
    const [oldest] = cooling.keys()
    if (oldest !== undefined && cooling.size >= mostScopes) cooling.delete(oldest)
    cooling.set(scope, { until: at + ms, suppressed: 0 })
    return last?.suppressed ?? 0
  }
}

/** After a snapshot that passed a threshold there are five times as many, for a minute; then for a minute not. */
const times = 5
const boostMs = 60_000
const leastMs = 100

/** Gives the time to the next snapshot, told of each when it was and whether it passed a threshold. */
export function createBoost(everyMs: number): (at: number, isExceeded: boolean) => number {
  let boostedAt = Number.NEGATIVE_INFINITY
  return (at, isExceeded) => {
    if (isExceeded && at - boostedAt >= 2 * boostMs) boostedAt = at
    return at - boostedAt < boostMs ? Math.min(everyMs, Math.max(leastMs, everyMs / times)) : everyMs
  }
}

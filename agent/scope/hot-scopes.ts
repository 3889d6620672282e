import type { Counts, Point, WarnOnce } from '../model.ts'

/** Tells, once a scope, that it passed 1,000 calls a second; it is asked every 128 calls. */
export function createHotScopes(now: () => number, warnOnce: WarnOnce): (point: Point) => void {
  // The last nine times at which each scope was asked: from the first to the last are 1,024 calls.
  const times = new Map<Counts, number[]>()

  return ({ counts, library, name }) => {
    const last = times.get(counts) ?? []
    times.set(counts, last)
    const at = now()
    if (last.push(at) < 9) return
    const elapsed = at - (last.shift() ?? at)
    if (elapsed >= 1024) return
    const rate = Math.round((1024 / Math.max(elapsed, 1)) * 1000)
    warnOnce(
      `hot ${library} ${name}`,
      `${name} (${library}) is called about ${rate} times a second; narrow targets or lower sample_rate to keep the profiling cheap`,
    )
  }
}

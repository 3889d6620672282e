import type { Point, Tell } from '../model.ts'

/** Tells, once a scope, that it passed 1,000 calls a second; it is asked every 1,024 calls. */
export function createTally(now: () => number, tell: Tell): (point: Point) => void {
  const started = now()
  const last = new Map<Point, number>()

  return (point) => {
    const at = now()
    const elapsed = at - (last.get(point) ?? started)
    last.set(point, at)
    if (elapsed >= 1024) return
    const rate = Math.round((1024 / Math.max(elapsed, 1)) * 1000)
    tell(
      `hot ${point.library} ${point.name}`,
      `${point.name} (${point.library}) is called about ${rate} times a second; narrow targets or lower sample_rate to keep the profiling cheap`,
    )
  }
}

/** Admits records in each fixed window of 60 s; `now` is a monotonic clock in milliseconds. */
export interface Limiter {
  /** Most records a window. */
  most: number
  /** All or none of `count` records. A count that no window could hold is admitted to an empty one. */
  tryAcquire(count: number): boolean
}

/** `refused` is told of every record, or request, that is not admitted. */
export function createLimiter(now: () => number, most = 0, refused = () => {}): Limiter {
  let start = now()
  let used = 0

  const limiter: Limiter = {
    most,
    tryAcquire(count) {
      const elapsed = now() - start
      if (elapsed >= 60_000) {
        start += elapsed - (elapsed % 60_000)
        used = 0
      }
      if (used > 0 ? used + count > limiter.most : limiter.most < 1) {
        refused()
        return false
      }
      used += count
      return true
    },
  }
  return limiter
}

/** Admits at most `most` records in each fixed window of 60 s; `now` is a monotonic clock in milliseconds. */
export function createLimiter(most: number, now: () => number): () => boolean {
  let start = now()
  let used = 0

  return () => {
    const elapsed = now() - start
    if (elapsed >= 60_000) {
      start += elapsed - (elapsed % 60_000)
      used = 0
    }
    if (used >= most) return false
    used++
    return true
  }
}

/** Decides per call, unbiased: true for `rate` of the calls, without the application's `Math.random`. */
export function createSampler(rate: number, seed: number): () => boolean {
  if (rate >= 1) return () => true
  if (rate <= 0) return () => false
  const limit = Math.round(rate * 2 ** 32)
  let state = seed >>> 0 || 1

  return () => {
    // xorshift32, Marsaglia 2003: period 2^32 - 1.
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0 < limit
  }
}

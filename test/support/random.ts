/** Mulberry32: the same numbers in each run. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** How many random cases, and from which seed: CROSSBRIDGE_TEST_FUZZ=30000,9 makes more of them, and others. */
export function fuzz(usual: number): { readonly most: number; readonly seed: number } {
  const [most = usual, seed = 7] = (process.env.CROSSBRIDGE_TEST_FUZZ ?? '')
    .split(',')
    .flatMap((text) => Number(text) || [])
  return { most, seed }
}

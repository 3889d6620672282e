/** A score, and when it was. */
export interface Scored {
  readonly seconds: number
  readonly score: number
}

/** The medians of the first third of a run and of its last, where they differ by more than chance. */
export interface Drift {
  readonly from: number
  readonly to: number
  /** The chance that a score of the last third is higher than one of the first; 0.5 where nothing has changed. */
  readonly higher: number
}

/** From so many on the sum of ranks is taken for normal, also as far out as the level below asks. */
export const leastOfThird = 20
/**
 * A report shows some ten collections, and is read again and again: at one false alarm in a thousand one of a hundred
 * reports has one. Two-sided, so z of 0.9995.
 */
const leastZ = 3.29
/**
 * What many scores can tell apart need not matter. 0.64 is what Vargha and Delaney call a medium effect: half a standard
 * deviation, for what is normal.
 */
const leastEffect = 0.64 - 0.5

/** Compares the first third of scores with the last by the Wilcoxon-Mann-Whitney test of ranks, which asks for no shape. */
export function driftOf(scores: readonly Scored[]): Drift | undefined {
  const inOrder = [...scores].sort((a, b) => a.seconds - b.seconds || a.score - b.score)
  const size = Math.floor(inOrder.length / 3)
  if (size < leastOfThird) return undefined
  const [first, last] = [inOrder.slice(0, size), inOrder.slice(-size)].map((part) =>
    part.map(({ score }) => score).sort((a, b) => a - b),
  ) as [number[], number[]]
  const { higher, z } = compare(first, last)
  if (Math.abs(z) < leastZ || Math.abs(higher - 0.5) < leastEffect) return undefined
  return { from: medianOf(first), to: medianOf(last), higher }
}

/** Both sorted. */
function compare(first: readonly number[], last: readonly number[]) {
  const all = [...first.map((score) => ({ score, isLast: false })), ...last.map((score) => ({ score, isLast: true }))]
  all.sort((a, b) => a.score - b.score)
  let [ranks, ties] = [0, 0]
  for (let i = 0; i < all.length; ) {
    let end = i
    while (end < all.length && all[end]?.score === all[i]?.score) end++
    const tied = end - i
    // Equal ones have the mean of their ranks.
    for (let j = i; j < end; j++) if (all[j]?.isLast) ranks += (i + 1 + end) / 2
    ties += tied ** 3 - tied
    i = end
  }
  const [m, n, both] = [first.length, last.length, all.length]
  const u = ranks - (n * (n + 1)) / 2
  const variance = ((m * n) / 12) * (both + 1 - ties / (both * (both - 1)))
  return { higher: u / (m * n), z: variance > 0 ? (u - (m * n) / 2) / Math.sqrt(variance) : 0 }
}

const medianOf = (sorted: readonly number[]): number => {
  const half = sorted.length / 2
  const [low = 0, high = 0] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  return (low + high) / 2
}

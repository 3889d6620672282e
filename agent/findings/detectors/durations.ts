/** Bins are 2 % wide, so that a median is right within 1 %. */
const width = Math.log(1.02)
const least = 0.01

/** Durations by bins: what is added in any order, or in parts, comes to the same. */
export function createDurations() {
  const bins = new Map<number, number>()
  let count = 0
  let sum = 0

  return {
    count: () => count,
    sum: () => sum,
    bins: (): ReadonlyMap<number, number> => bins,
    add(ms: number, weight: number): void {
      const bin = Math.round(Math.log(Math.max(least, ms)) / width)
      bins.set(bin, (bins.get(bin) ?? 0) + weight)
      count += weight
      sum += ms * weight
    },
    median: (): number => quantileOf([bins], 0.5),
    quantile: (share: number): number => quantileOf([bins], share),
  }
}
export type Durations = ReturnType<typeof createDurations>

/** The median of several together; 0 of none. */
export const medianTogether = (several: readonly Durations[]): number =>
  quantileOf(
    several.map((one) => one.bins()),
    0.5,
  )

function quantileOf(several: readonly ReadonlyMap<number, number>[], share: number): number {
  const sums = new Map<number, number>()
  for (const bins of several) for (const [bin, weight] of bins) sums.set(bin, (sums.get(bin) ?? 0) + weight)
  let left = [...sums.values()].reduce((sum, weight) => sum + weight, 0) * share
  for (const [bin, weight] of [...sums].sort((a, b) => a[0] - b[0])) {
    left -= weight
    if (left <= 1e-9) return bin <= Math.round(Math.log(least) / width) ? 0 : Math.exp(bin * width)
  }
  return 0
}

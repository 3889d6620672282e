/** 101 quantiles, 0 % to 100 %, each the value with which this share is reached; none of no values. */
export function quantilesOf(values: readonly number[]): number[] {
  if (values.length === 0) return []
  const sorted = Float64Array.from(values).sort()
  return Array.from({ length: 101 }, (_, share) => valueAt(sorted, share / 100))
}

/** The value with which this share of all is reached. */
export function valueAt(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)] ?? Number.NaN
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

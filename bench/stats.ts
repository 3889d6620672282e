/** One line of the table: what was measured, beside the figure to reach. */
export interface Row {
  readonly what: string
  readonly node: string
  readonly reach: string
  readonly measured: string
  /** `met`, or by how much it was missed; empty where there is no figure to reach. */
  readonly verdict: string
}

export interface Spread {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** The median with its quartiles, interpolated. */
export function quartiles(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) }
}

/** The 95 % interval of the median, from 5,000 resamples of the same values. */
export function interval(values: readonly number[]): Spread {
  const medians = Array.from({ length: 5000 }, () => {
    const sample = values.map(() => values[Math.floor(Math.random() * values.length)] as number)
    return quantile(
      sample.toSorted((a, b) => a - b),
      0.5,
    )
  }).toSorted((a, b) => a - b)
  return { low: quantile(medians, 0.025), median: quartiles(values).median, high: quantile(medians, 0.975) }
}

/** By how much `y` grows with `x`: the slope of least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])]
  return mean((point) => (point[0] - x) * (point[1] - y)) / mean((point) => (point[0] - x) ** 2)
}

/** Fisher and Yates; the same values in another order. */
export function shuffled<T>(values: readonly T[]): T[] {
  const order = [...values]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[order[i], order[j]] = [order[j] as T, order[i] as T]
  }
  return order
}

/** Runs all variants once a round, each round in another order; gives the differences to `base` of the same round. */
export function paired<K extends string>(
  rounds: number,
  variants: readonly K[],
  base: K,
  measure: (variant: K) => number,
): { readonly values: Record<K, number[]>; readonly differences: Record<K, number[]> } {
  const values = Object.fromEntries(variants.map((variant) => [variant, [] as number[]])) as Record<K, number[]>
  for (let round = 0; round < rounds; round++) {
    for (const variant of shuffled(variants)) values[variant].push(measure(variant))
  }
  const differences = Object.fromEntries(
    variants.map((variant) => [variant, values[variant].map((value, i) => value - (values[base][i] as number))]),
  ) as Record<K, number[]>
  return { values, differences }
}

/** `+12.3 [11.9, 13.0] ms`. */
export function show({ low, median, high }: Spread, unit: string, digits = 1): string {
  const [m, l, h] = [median, low, high].map((value) => value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1'))
  return `${median >= 0 ? '+' : ''}${m} [${l}, ${h}] ${unit}`
}

/** Says that a figure is reached, or by how much it is missed. */
export function verdict(value: number, most: number, unit: string, digits = 1): string {
  return value <= most ? 'met' : `missed by ${(value - most).toFixed(digits)} ${unit}`
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const head = ['', 'Node', 'to reach', 'measured', '']
  const lines = [
    head,
    head.map(() => '---'),
    ...rows.map((row) => [row.what, row.node, row.reach, row.measured, row.verdict]),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function quantile(sorted: readonly number[], at: number): number {
  const rank = (sorted.length - 1) * at
  const [below, above] = [sorted[Math.floor(rank)] ?? Number.NaN, sorted[Math.ceil(rank)] ?? Number.NaN]
  return below + (above - below) * (rank - Math.floor(rank))
}

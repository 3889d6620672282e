/** One metric: its name, and what its series are told apart by. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  /** Labels that are the same in all series. */
  readonly constants?: Readonly<Record<string, string>>
  /** Upper bounds; values above the last count in one more. */
  readonly buckets?: readonly number[]
}

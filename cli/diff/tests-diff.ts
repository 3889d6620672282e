import type { Pair } from './compare.ts'

/** A figure of a test that is counted, so that no chance is in it; of each side the most in its last run. */
export interface Counted {
  readonly test_id: string
  readonly label: string
  readonly figure: 'calls' | 'tokens'
  readonly before: number
  readonly after: number
}

/** `diff --by test --json`. */
export interface TestsDiff {
  /** Of this form: it grows when a field changes its meaning or goes. */
  readonly version: 1
  readonly by: 'test'
  readonly before: { readonly name: string; readonly runs: number; readonly tests: number }
  readonly after: TestsDiff['before']
  readonly statuses: readonly {
    readonly test_id: string
    readonly label: string
    readonly before: string
    readonly after: string
  }[]
  readonly counted: readonly Counted[]
  /** Tests that passed on both sides, those with the largest certain change first; `name` is the test's. */
  readonly durations: readonly Pair[]
  readonly only_before: readonly string[]
  readonly only_after: readonly string[]
  readonly broken: readonly string[]
}

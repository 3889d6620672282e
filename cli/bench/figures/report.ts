import type { BenchReport, BenchResult } from '../model.ts'

/** An earlier result as the baseline of a later one. */
export interface Earlier {
  /** Its file's name, as it was given. */
  readonly name: string
  readonly result: BenchResult
}

/**
 * The result as it is read. Variants are held against `result.plan.baseline`, where that is one of them, or against the
 * variants of the same names in an earlier result; against nothing where there is neither.
 */
export function reportOf(_result: BenchResult, _earlier?: Earlier): BenchReport {
  throw new Error('later in this branch')
}

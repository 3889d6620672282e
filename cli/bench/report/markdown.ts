import type { BenchReport } from '../model.ts'

/** The report for a pull request. */
export function markdownOf(_report: BenchReport): string {
  throw new Error('later in this branch')
}

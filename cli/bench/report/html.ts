import type { BenchReport } from '../model.ts'

/** The report as one HTML page that needs nothing else. */
export function benchPageOf(_report: BenchReport): string {
  throw new Error('later in this branch')
}

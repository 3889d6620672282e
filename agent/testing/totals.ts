import type { Metadata } from '../model.ts'
import type { Status } from './framework.ts'

/** What one framework's tests of this thread came to. */
export interface Totals {
  readonly since: number
  readonly counts: Record<Status, number>
  retries: number
  /** Records that the limiter left out. */
  leftOut: number
  readonly files: Set<unknown>
}

/** Adds up the tests of each framework, for the record of the run. */
export function createTotals(now: () => number) {
  const each = new Map<string, Totals>()

  return {
    /** Made at the first asking, which is the begin of the run. */
    of(library: string): Totals {
      const found = each.get(library)
      if (found !== undefined) return found
      const counts = { passed: 0, failed: 0, skipped: 0, todo: 0 }
      const made = { since: now(), counts, retries: 0, leftOut: 0, files: new Set() }
      each.set(library, made)
      return made
    },
    /** Gives all, and begins anew. */
    take(): readonly (readonly [library: string, Totals])[] {
      const taken = [...each]
      each.clear()
      return taken
    },
  }
}

/** For the record of the run. */
export const totalled = ({ counts, files, retries, leftOut }: Totals): Metadata => ({
  tests: Object.values(counts).reduce((sum, one) => sum + one, 0),
  ...counts,
  files: files.size,
  ...(retries > 0 && { retries }),
  ...(leftOut > 0 && { records_left_out: leftOut }),
})

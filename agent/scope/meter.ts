import type { Tell } from '../model.ts'
import type { Meter } from './scope.ts'
import { createTally } from './tally.ts'

/** The agent's own work in this thread, as far as it was measured. */
export interface OwnWork extends Meter {
  /** Adds work that was timed whole: a record written, a scrape answered. */
  spent(ms: number): void
  /** Milliseconds since the start. */
  total(): number
}

export function createMeter(now: () => number, tell: Tell): OwnWork {
  const tally = createTally(now, tell)
  let total = 0

  return {
    begin(point) {
      tally(point)
      return now()
    },
    end(since) {
      total += (now() - since) * 128
    },
    spent(ms) {
      total += ms
    },
    total: () => total,
  }
}

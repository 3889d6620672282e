import { className } from '../../class-name.ts'
import type { WarnOnce } from '../../model.ts'

/**
 * Failures in a row after which a read is given up: fewer may be the one caller that passes something odd; more would
 * be the library itself, whose every call would pay for an error.
 */
const mostFailures = 10

/** Counts the failures in a row of what is read: the first is reported, and after some it is given up. */
export interface Patience {
  isOver(): boolean
  renew(): void
  failed(error: unknown): void
}

/** `what` can't be read: `metadata top_k of vector_store.search`. */
export function createPatience(cause: string, what: string, warnOnce: WarnOnce): Patience {
  let failures = 0
  return {
    isOver: () => failures >= mostFailures,
    renew() {
      failures = 0
    },
    failed(error: unknown) {
      failures++
      const name = className(error)
      warnOnce(cause, `${what} can't be read in a call (${name}); there it is left out`)
      if (failures === mostFailures)
        warnOnce(
          `${cause} always`,
          `${what} can't be read, ${failures} times in a row (${name}); it is left out from now on`,
        )
    },
  }
}

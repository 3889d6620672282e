import type { Call } from '../../agent/model.ts'

/** What the server says that it took: it tells nanoseconds, a record has hundredths of a millisecond. */
export const tookIn =
  (root: 'result' | 'chunk') =>
  (call: Call): number | undefined => {
    const nanoseconds = (call[root] as { total_duration?: unknown } | null | undefined)?.total_duration
    return typeof nanoseconds === 'number' ? Math.round(nanoseconds / 10_000) / 100 : undefined
  }

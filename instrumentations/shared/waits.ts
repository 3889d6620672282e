import type { Method, Wait } from '../../agent/model.ts'

/** The same under each scope of a database's calls, whichever of them are profiled. */
const underEach = <T extends object>(member: T) =>
  [
    { scope: 'search', ...member },
    { scope: 'upsert', ...member },
    { scope: 'database.query', ...member },
  ] as const

/** A function that others call while they wait for a connection; `pool` is the most that the pool may have. */
export const waits = (wait: Wait, pool?: string) => underEach({ wait, ...(pool && { pool }) })

/** A pool's function that gives a connection; where the application asks for one itself, that is a call. */
export const connects = (wait: Wait, pool?: string, ends?: Method['ends']) => [
  ...waits(wait, pool),
  {
    ...{ scope: 'database.connect', waits: true },
    ...(ends && { ends }),
    ...(pool && { metadata: { pool_size: pool } }),
  },
]

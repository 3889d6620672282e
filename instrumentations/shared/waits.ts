import type { Method, Wait } from '../../agent/model.ts'

/** Scopes that not every database's calls have. */
const further = { delete: { scope: 'delete' }, manage: { scope: 'database.manage' } } as const
type Further = keyof typeof further

/** The same under each scope of a database's calls, whichever of them are profiled. */
const underEach = <T extends object>(member: T, also: readonly Further[]) => [
  { scope: 'search', ...member },
  { scope: 'upsert', ...member },
  { scope: 'database.query', ...member },
  ...also.map((one) => ({ ...further[one], ...member })),
]

/** A function that others call while they wait for a connection; `pool` is the most that the pool may have. */
export const waits = (wait: Wait, also: readonly Further[], pool?: string) =>
  underEach({ wait, ...(pool && { pool }) }, also)

/** A pool's function that gives a connection; where the application asks for one itself, that is a call. */
export const connects = (wait: Wait, also: readonly Further[], pool?: string, ends?: Method['ends']) => [
  ...waits(wait, also, pool),
  {
    ...{ scope: 'database.connect', waits: true },
    ...(ends && { ends }),
    ...(pool && { metadata: { pool_size: pool } }),
  },
]

import type { Method, Wait } from '../../agent/model.ts'

/** The same under each scope of a database's calls, whichever of them are profiled. */
const underEach = <T extends object>(member: T) =>
  [
    { scope: 'search', ...member },
    { scope: 'upsert', ...member },
    { scope: 'query', target: 'database', ...member },
  ] as const

/** A function that others call while they wait for a connection. */
export const waits = (wait: Wait) => underEach({ wait })

/** A pool's function that gives a connection; where the application asks for one itself, that is a call. */
export const connects = (wait: Wait, ends?: Method['ends']) => [
  ...waits(wait),
  { scope: 'connect', target: 'database', waits: true, ...(ends && { ends }) } as const,
]

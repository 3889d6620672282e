import type { Call } from '../../agent/model.ts'

type Root = 'result' | 'chunk'
const duration = (root: Root, key: 'total_duration' | 'load_duration') => (call: Call) => {
  const nanoseconds = (call[root] as Record<string, unknown> | null | undefined)?.[key]
  return typeof nanoseconds === 'number' ? Math.round(nanoseconds / 10_000) / 100 : undefined
}

/** What the server says that it took: it tells nanoseconds, a record has hundredths of a millisecond. */
export const tookIn = (root: Root) => ({
  server_ms: duration(root, 'total_duration'),
  load_ms: duration(root, 'load_duration'),
})

import { chunk } from '../chunk.ts'

/** What the process does meanwhile, measured once for requests, snapshots and profiles of this thread. */
export const openMeanwhile = (): typeof import('./meanwhile.ts') => chunk<typeof import('./meanwhile.ts')>('meanwhile')

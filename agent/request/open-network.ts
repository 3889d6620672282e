import { chunk } from '../chunk.ts'

/** The part that follows outgoing requests, loaded where it is configured. */
export const loadNetwork = () => chunk<typeof import('./outgoing.ts')>('outgoing')

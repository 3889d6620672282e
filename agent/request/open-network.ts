import { chunk } from '../chunk.ts'
import type * as Network from './outgoing.ts'

/** The part that follows outgoing requests, loaded where it is configured. */
export function loadNetwork(): typeof Network {
  return chunk('outgoing')
}

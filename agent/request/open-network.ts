import { createRequire } from 'node:module'
import type * as Network from './network.ts'

/** The part that follows outgoing requests, loaded where it is configured. */
export function loadNetwork(): typeof Network {
  return createRequire(import.meta.url)('../chunk/network.cjs')
}

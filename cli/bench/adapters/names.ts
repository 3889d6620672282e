import type { Adapter } from './adapter.ts'
import { lancedb } from './lancedb.ts'
import { openai } from './openai.ts'
import { sqliteVec } from './sqlite-vec.ts'

/** The built-in adapters, by the name that `adapter` takes. */
export const adapters: Readonly<Record<string, Adapter>> = {
  lancedb,
  'sqlite-vec': sqliteVec,
  openai,
}

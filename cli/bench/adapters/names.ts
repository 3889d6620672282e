import type { Adapter } from './adapter.ts'
import { duckdb } from './duckdb.ts'
import { lancedb } from './lancedb.ts'
import { openai } from './openai.ts'
import { orama } from './orama.ts'
import { pglite } from './pglite.ts'
import { pgvector } from './pgvector.ts'
import { sqliteVec } from './sqlite-vec.ts'
import { usearch } from './usearch.ts'

/** The built-in adapters, by the name that `adapter` takes. */
export const adapters: Readonly<Record<string, Adapter>> = {
  pgvector,
  lancedb,
  'sqlite-vec': sqliteVec,
  pglite,
  usearch,
  duckdb,
  orama,
  openai,
}

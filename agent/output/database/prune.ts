import type { Connection, Value } from './engine.ts'
import { numberIn, tables } from './tables.ts'

export interface PruneLimits {
  /** Unix seconds: what began before is removed; 0 for nothing. */
  readonly before: number
  readonly mostBytes: number
  /** Looks for runs too that ended without a word, of which nothing is left: that reads whole tables. */
  readonly whole: boolean
}

/** Rows of a table that are removed at a time: more would hold the application up. */
const mostRows = 2000
/** Free pages that are given back to the system at a time. */
const mostPages = 500

type Run = (sql: string, ...values: readonly Value[]) => void

/**
 * Removes rows from before a moment, and the oldest while the database has more bytes than it may; then runs of which
 * nothing is left, but for the one that is being written.
 */
export function prune(db: Connection, run: Run, limits: PruneLimits, current: number | undefined): void {
  const { before, mostBytes, whole } = limits
  for (const table of tables) if (before > 0) remove(run, table, 'timestamp < ? ORDER BY timestamp', before)
  if (bytesIn(db) > mostBytes) {
    const [least, next] = [firstIn(db), numberOf(db, 'SELECT next AS n FROM sequence')]
    for (const table of tables) remove(run, table, 'id < ? ORDER BY id', least + Math.ceil((next - least) / 10))
  }
  const isLeft = tables.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE run = runs.id)`).join(' OR ')
  const isEmpty = whole ? `end_id IS NULL AND NOT (${isLeft})` : 'FALSE'
  const first = firstIn(db)
  run(`DELETE FROM runs WHERE id < ? AND id <> ? AND (end_id < ? OR ${isEmpty})`, first, current ?? 0, first)
  db.exec(`PRAGMA incremental_vacuum(${mostPages})`)
}

const remove = (run: Run, table: string, which: string, limit: number) =>
  run(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${which} LIMIT ${mostRows})`, limit)

/** The least number of a record; the next one where there is none. */
const firstIn = (db: Connection): number =>
  numberOf(
    db,
    `SELECT min(n) AS n FROM (SELECT next AS n FROM sequence ${tables.map((table) => `UNION ALL SELECT min(id) FROM ${table}`).join(' ')})`,
  )

const numberOf = (db: Connection, sql: string): number => Number(db.prepare(sql).get()?.n)

/** Of what is used: pages that are free are used again. */
const bytesIn = (db: Connection): number =>
  (numberIn(db, 'page_count') - numberIn(db, 'freelist_count')) * numberIn(db, 'page_size')

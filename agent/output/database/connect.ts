import type { BigIntStats } from 'node:fs'
import { ours } from '../../diagnostics.ts'
import type { ProfileRecord } from '../../model.ts'
import type { Connection, Engine, Statement, Value } from './engine.ts'
import { fileAt, makePrivate } from './place.ts'
import { type PruneLimits, prune } from './prune.ts'
import { ownFields, valuesOf } from './rows.ts'
import { columns, endColumns, migrate, numberIn, schemaVersion, startColumns, tableOf, whyForeign } from './tables.ts'

/** A database that this thread writes records to. Its methods throw what SQLite does, and have written nothing then. */
export interface Written {
  /** Waits at most so long for others who have it locked. */
  patience(ms: number): void
  /** Records, after a row of `runs` that says whose they are where there is none yet. */
  write(records: readonly ProfileRecord[], start: () => ProfileRecord): void
  /** What became of the calls, into that row. */
  end(summary: ProfileRecord): void
  /** Removes the oldest records, a bounded number of them. */
  prune(limits: PruneLimits): void
  /** True while it is the file at its path. */
  isThere(): boolean
  readonly isBegun: () => boolean
  /** The next records are of another run: other options are in force. */
  beginAnew(): void
  close(): void
}

/** Pages after which SQLite copies its log into the database: 1 MB, so that no write has much to copy. */
const checkpointPages = 256

/** Opens it, and makes file and tables where they are missing. */
export function connect(
  engine: Engine,
  file: string,
  { exposed, patienceMs }: { readonly exposed: (mode: string) => void; readonly patienceMs: number },
): Written {
  makePrivate(file, exposed)
  const db = engine.open(file)
  try {
    prepareTables(db, patienceMs)
    const there = fileAt(file)
    if (there === undefined) throw ours('it is gone')
    return written(db, file, there, patienceMs)
  } catch (error) {
    db.close()
    throw error
  }
}

function prepareTables(db: Connection, patienceMs: number): void {
  // Nothing waits for the disk: what the process has written is the system's, and is there after `kill -9`.
  db.exec(`PRAGMA busy_timeout = ${patienceMs}; PRAGMA synchronous = OFF`)
  const why = whyForeign(db)
  if (why !== undefined) throw ours(why)
  if (numberIn(db, 'user_version') < schemaVersion) {
    // Has to be said before the first table.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
    within(db, () => migrate(db))
  }
  db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA journal_size_limit = 4000000`)
}

function within(db: Connection, work: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    work()
    db.exec('COMMIT')
  } catch (error) {
    rollBack(db)
    throw error
  }
}

function rollBack(db: Connection): void {
  try {
    db.exec('ROLLBACK')
  } catch {
    // SQLite has done it: the disk was full.
  }
}

function written(db: Connection, file: string, there: BigIntStats, firstPatienceMs: number): Written {
  let patienceMs = firstPatienceMs
  const statements = new Map<string, Statement>()
  const run = (sql: string, ...values: readonly Value[]) => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    statement.run(...values)
  }
  const inserts = new Map<string, Statement>()
  const insert = (table: string, names: readonly string[], values: readonly Value[]) => {
    let statement = inserts.get(table)
    if (statement === undefined) {
      const all = ['id', 'run', ...names, 'more']
      statement = db.prepare(`INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`)
      inserts.set(table, statement)
    }
    statement.run(...values)
  }
  const next = db.prepare('SELECT next FROM sequence')
  /** Numbers are given within a transaction, which no other is beside. */
  const numbered = (work: (id: () => number) => void) =>
    within(db, () => {
      let id = Number(next.get()?.next)
      work(() => id++)
      run('UPDATE sequence SET next = ?', id)
    })
  let current: number | undefined

  return {
    patience(ms) {
      if (ms !== patienceMs) db.exec(`PRAGMA busy_timeout = ${ms}`)
      patienceMs = ms
    },
    write(records, start) {
      let begun = current
      numbered((id) => {
        if (begun === undefined) {
          begun = id()
          insert('runs', startColumns, [begun, ...startValues(start())])
        }
        for (const record of records) insert(tableOf(record), columns, [id(), begun, ...valuesOf(record, columns)])
      })
      current = begun
    },
    end(summary) {
      if (current === undefined) return
      const row = current
      const { timestamp, ...fields } = withoutOwn(summary)
      const names = ['end_id', 'ended', ...endColumns, 'end_more']
      numbered((id) =>
        run(
          `UPDATE runs SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
          ...[
            id(),
            timestamp as number,
            ...valuesOf(without(fields, ['pid', 'thread_id', 'started']), endColumns),
            row,
          ],
        ),
      )
    },
    prune: (limits) => within(db, () => prune(db, run, limits, current)),
    isThere() {
      const found = fileAt(file)
      return found?.dev === there.dev && found.ino === there.ino
    },
    isBegun: () => current !== undefined,
    beginAnew() {
      current = undefined
    },
    close: () => db.close(),
  }
}

const startValues = (start: ProfileRecord): Value[] => {
  const { pid, started } = start as ProfileRecord & { readonly started?: number }
  return [`${pid}-${started}`, ...valuesOf(withoutOwn(start), startColumns)]
}

const withoutOwn = (record: ProfileRecord) => without(record, ['name', ...Object.keys(ownFields)])

const without = (record: object, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !names.includes(key)))

import { dirname } from 'node:path'
import type { ProfileRecord } from '../../agent/model.ts'
import type { Connection, Engine, Row } from '../../agent/output/database/engine.ts'
import { whyFailed } from '../../agent/output/database/failure.ts'
import { findEngine } from '../../agent/output/database/peer.ts'
import { endIn, recordIn, startIn } from '../../agent/output/database/rows.ts'
import { columns, tables, whyForeign } from '../../agent/output/database/tables.ts'
import { UsageError } from '../command.ts'
import { resolveFrom } from '../files.ts'

/** Rows in the order in which they were written. */
interface Rows {
  readonly id: (row: Row) => number
  readonly record: (row: Row) => ProfileRecord
  readonly rows: Iterator<Row>
  row: Row | undefined
}

/** A record, and about as many characters as its line would have. */
type Take = (record: ProfileRecord, characters: number) => void

const charactersIn = ({ more, metadata }: Row): number => `${more ?? ''}${metadata ?? ''}`.length

/** Where nobody has told how long to wait for who writes, in milliseconds. */
const patienceMs = 2000
const everyRows = 1000

/** Gives every record of a database to `take`, in the order in which they were written, and holds one of each table. */
export function readDatabase(
  path: string,
  name: string,
  take: Take,
  progress: (share: number) => void = () => {},
): void {
  const db = openToRead(path, name)
  try {
    // All of it as it is at one moment.
    db.exec('BEGIN')
    readAfter(db, 0, take, progress)
  } catch (error) {
    throw new UsageError(`${name} can't be read to its end (${whyFailed(error)}); leave it out`)
  } finally {
    db.close()
  }
}

/** Opens a database of records. Throws a `UsageError`. */
export function openToRead(path: string, name: string): Connection {
  const engine = findEngine((wanted) => resolveFrom(process.cwd(), wanted) ?? resolveFrom(dirname(path), wanted))
  if (typeof engine === 'string')
    throw new UsageError(`${name} is an SQLite database, which can't be read here: ${engine}; or use a newer Node`)
  let db: Connection | undefined
  try {
    db = opened(engine, path)
    const why = whyForeign(db) ?? whyEmpty(db)
    if (why === undefined) return db
    throw new UsageError(`${name} has no records: ${why}`)
  } catch (error) {
    db?.close()
    if (error instanceof UsageError) throw error
    throw new UsageError(`${name} can't be read (${whyFailed(error)})`)
  }
}

const whyEmpty = (db: Connection): string | undefined =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'runs'").get() === undefined ? 'it has no tables' : undefined

/** In a folder that can't be written to, SQLite can't share it with who writes; then nobody does. */
function opened(engine: Engine, path: string): Connection {
  const tried = (how: 'read' | 'read unchanging') => {
    const db = engine.open(path, how)
    try {
      // Somebody else's file: none of its views and columns is to run what it likes.
      db.exec(`PRAGMA busy_timeout = ${patienceMs}; PRAGMA trusted_schema = OFF`)
      db.prepare('SELECT count(*) FROM sqlite_master').get()
      return db
    } catch (error) {
      db.close()
      throw error
    }
  }
  try {
    return tried('read')
  } catch (error) {
    try {
      return tried('read unchanging')
    } catch {
      throw error
    }
  }
}

/** Gives the records after a number to `take`; gives the last number. */
export function readAfter(
  db: Connection,
  after: number,
  take: Take,
  progress: (share: number) => void = () => {},
): number {
  const last = Number(db.prepare('SELECT next FROM sequence').get()?.next) - 1
  const sources = sourcesIn(db, after)
  let n = 0
  for (let source = firstOf(sources); source !== undefined; source = firstOf(sources)) {
    const { id, record, row } = source
    if (row === undefined) break
    take(record(row), charactersIn(row))
    if (n++ % everyRows === 0) progress((id(row) - after) / Math.max(last - after, 1))
    step(source)
  }
  return last
}

function sourcesIn(db: Connection, after: number): Rows[] {
  const from = (sql: string, id: string, record: Rows['record']): Rows => {
    const source: Rows = {
      ...{ id: (row: Row) => Number(row[id]), record, row: undefined },
      rows: db.prepare(sql).iterate(after)[Symbol.iterator](),
    }
    return step(source)
  }
  const names = ['id', ...columns, 'more'].join(', ')
  return [
    from('SELECT * FROM runs WHERE id > ? ORDER BY id', 'id', startIn),
    from('SELECT * FROM runs WHERE end_id > ? ORDER BY end_id', 'end_id', endIn),
    ...tables.map((table) => from(`SELECT ${names} FROM ${table} WHERE id > ? ORDER BY id`, 'id', recordIn)),
  ]
}

function step(source: Rows): Rows {
  const { done, value } = source.rows.next()
  source.row = done ? undefined : value
  return source
}

function firstOf(sources: readonly Rows[]): Rows | undefined {
  let first: Rows | undefined
  for (const source of sources)
    if (source.row !== undefined && (first?.row === undefined || source.id(source.row) < first.id(first.row)))
      first = source
  return first
}

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProfileRecord } from '../model.ts'
import { jsonlBeside } from './database/database.ts'
import type { Engine } from './database/engine.ts'
import { findEngine } from './database/peer.ts'
import { recordIn } from './database/rows.ts'
import { columns } from './database/tables.ts'
import { pathOf } from './peers.ts'

interface RunCasesParts {
  /** The section `test_execution.output`. */
  readonly output: { readonly type: string; readonly path: string; readonly database_path: string }
  /** Where the application is. */
  readonly folder: string
  /** Runs the agent's own calls of a library, which are nobody's. */
  readonly unseen: <R>(library: string, run: () => R) => R
}

type Take = (record: ProfileRecord) => void

const chunkBytes = 64 * 1024
/** At exit it waits for others who write, in milliseconds. */
const patienceMs = 500

/** Gives the tests that all processes have written from now on; undefined where they have nothing in common. */
export function openRunCases({ output, folder, unseen }: RunCasesParts): ((take: Take) => void) | undefined {
  const { type, path, database_path } = output
  const isShared = (of: string) => !of.includes('{')
  if (type === 'file') return isShared(path) ? afterNow(resolve(path)) : undefined
  if (type !== 'database' || !isShared(database_path)) return undefined
  const since = Date.now() / 1000
  const file = resolve(database_path)
  const instead = afterNow(resolve(jsonlBeside(database_path)))
  return (take) => {
    const engine = findEngine((name) => pathOf(name, folder))
    if (typeof engine === 'string') instead(take)
    else unseen(engine.name, () => readSince(engine, file, since, take))
  }
}

function afterNow(file: string): (take: Take) => void {
  const begin = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return (take) => readFrom(file, begin, take)
}

/** The tests in a file, from an offset on; from its begin where it has been made anew meanwhile. */
function readFrom(file: string, begin: number, take: Take): void {
  // No process has written any.
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return
  const fd = openSync(file, 'r')
  try {
    let at = fstatSync(fd).size < begin ? 0 : begin
    let rest = Buffer.alloc(0)
    const chunk = Buffer.alloc(chunkBytes)
    for (let read = 1; read > 0; at += read) {
      read = readSync(fd, chunk, 0, chunkBytes, at)
      const text = Buffer.concat([rest, chunk.subarray(0, read)])
      const end = text.lastIndexOf(10) + 1
      rest = Buffer.from(text.subarray(end))
      for (const line of text.toString('utf8', 0, end).split('\n'))
        if (line.includes('"test.case"')) takeLine(line, take)
    }
  } finally {
    closeSync(fd)
  }
}

function takeLine(line: string, take: Take): void {
  let record: ProfileRecord
  try {
    record = JSON.parse(line)
  } catch {
    // Another program's, or half of a line.
    return
  }
  take(record)
}

function readSince(engine: Engine, file: string, since: number, take: Take): void {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return
  const db = engine.open(file, 'read')
  try {
    db.exec(`PRAGMA busy_timeout = ${patienceMs}`)
    const names = [...columns, 'more'].join(', ')
    const rows = db.prepare(`SELECT ${names} FROM tests WHERE timestamp >= ? AND name = 'test.case'`).iterate(since)
    for (const row of rows) take(recordIn(row))
  } finally {
    db.close()
  }
}

import type { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { ours, reasonOf } from '../../diagnostics.ts'

export type Value = string | number | bigint | null
export type Row = Readonly<Record<string, unknown>>

export interface Statement {
  run(...values: readonly Value[]): unknown
  get(...values: readonly Value[]): Row | undefined
  iterate(...values: readonly Value[]): Iterable<Row>
}

/** A connection, as far as this agent uses it: what Node's own SQLite and better-sqlite3 have in common. */
export interface Connection {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): void
}

/** What opens databases; its name is that of the library's file in `instrumentations/`. */
export interface Engine {
  readonly name: 'node-sqlite' | 'better-sqlite3'
  /** Read-only, a file that is there; else one that may be empty. Waits for nobody who has it locked. */
  open(file: string, how?: 'read' | 'read unchanging'): Connection
}

/**
 * Node's own SQLite; undefined where Node has none: before 22.13, or built or started without it. `held` is given what
 * says Node's warning, if it has one.
 */
export function builtInEngine(held: (say: () => void) => void = () => {}): Engine | undefined {
  const sqlite = withoutWarning(() => process.getBuiltinModule('node:sqlite'), held)
  if (sqlite === undefined) return undefined
  const { DatabaseSync } = sqlite
  const opened = (path: string | URL, readOnly: boolean): DatabaseSync => new DatabaseSync(path, { readOnly })
  return {
    name: 'node-sqlite',
    open: (file, how) =>
      opened(how === 'read unchanging' ? unchanging(file) : file, how !== undefined) as unknown as Connection,
  }
}

/**
 * Node 22 warns with the first that loads it, and would have the application's developers look for who does. The warning is
 * for the application, when that loads it.
 */
function withoutWarning<T>(load: () => T, held: (say: () => void) => void): T {
  const { emitWarning } = process
  const before = Object.getOwnPropertyDescriptor(process, 'emitWarning')
  try {
    process.emitWarning = (...args: unknown[]) => {
      const say = () => Reflect.apply(emitWarning, process, args)
      if (args[1] === 'ExperimentalWarning') held(say)
      else say()
    }
    return load()
  } finally {
    if (before === undefined) Reflect.deleteProperty(process, 'emitWarning')
    else Object.defineProperty(process, 'emitWarning', before)
  }
}

/** In a folder that can't be written to, SQLite reads only what it is told that nobody writes to. */
function unchanging(file: string): URL {
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return url
}

interface BetterSqlite {
  new (file: string, options: { readonly readonly: boolean; readonly timeout: number }): Connection
}

/**
 * The application's better-sqlite3, which reads no file that it is to take as unchanging. It is loaded when it is used
 * first, so that the agent's hooks are there before.
 */
export function peerEngine(load: () => unknown): Engine {
  let Database: BetterSqlite | undefined
  return {
    name: 'better-sqlite3',
    open(file, how) {
      try {
        Database ??= load() as BetterSqlite
        return new Database(file, { readonly: how !== undefined, timeout: 0 })
      } catch (error) {
        if (`${(error as { code?: unknown }).code}`.startsWith('SQLITE_')) throw error
        throw ours(`better-sqlite3 can't be loaded: ${reasonOf(error)}; npm rebuild better-sqlite3`)
      }
    },
  }
}

import { resolve } from 'node:path'
import type { AgentWork } from '../../call.ts'
import { now } from '../../clock.ts'
import type { OutputOf } from '../../config/unions.ts'
import type { Output, ProfileRecord, WarnOnce } from '../../model.ts'
import { flushBeforeSignals } from '../before-signals.ts'
import type { Identity } from '../identity.ts'
import { pathOf } from '../peers.ts'
import type { Engine } from './engine.ts'
import { createLink, type Link } from './link.ts'
import { findEngine } from './peer.ts'
import { whenSqliteIsLoaded } from './when-loaded.ts'

export interface DatabaseParts {
  readonly warnOnce: WarnOnce
  /** The configuration file's folder. */
  readonly folder: string
  /** The location of the output's type. */
  readonly location: string
  /** As the parts of all outputs have it. */
  readonly section?: string
  readonly meter: Pick<AgentWork, 'spent'>
  readonly identity: Identity
  /** A record that was taken is lost. */
  readonly lost: (library: string, scope: string) => void
  /** Runs the agent's own calls of a library, which are nobody's. */
  readonly unseen: <R>(library: string, run: () => R) => R
}

// The application's tests may put fakes in their place.
const { setTimeout, clearTimeout } = globalThis
const dateNow = Date.now

/** As many are written at once; at a time no more than `mostAtOnce`. */
const batch = 100
const mostAtOnce = 1000
/** More do not wait, while the database is locked. */
const mostWaiting = 10_000
/** So long a write waits for others who have it locked: in the application's time, before a signal's handlers, at exit. */
const [shortMs, signalMs, exitMs] = [5, 200, 500]
/** Before the next try, where nothing is gathered. */
const againMs = 50
const pruneMs = 60_000

/** Records in the tables of an SQLite file, gathered for `flush_ms`; what to write to instead where nothing can open it. */
export function createDatabaseOutput(
  options: OutputOf<'database'>,
  parts: DatabaseParts,
  instead: () => Output,
): Output {
  const { folder, location, section = '', warnOnce } = parts
  const engine = findEngine((name) => pathOf(name, folder), whenSqliteIsLoaded)
  if (typeof engine !== 'string') return writeTo(engine, options, parts)
  warnOnce(
    'database engine',
    `${section}output.type database (${location}): ${engine}; records go to ${jsonlBeside(options.database_path)} instead`,
  )
  return instead()
}

/** `profile.jsonl` for `profile.db`. */
export const jsonlBeside = (path: string): string => `${path.replace(/\.(?:db|sqlite3?)$/i, '')}.jsonl`

/** The same by what opens databases. */
export function writeTo(
  engine: Engine,
  { database_path, flush_ms, rotate }: OutputOf<'database'>,
  parts: DatabaseParts,
): Output {
  const { warnOnce, identity, lost, meter, unseen } = parts
  const file = resolve(database_path.replaceAll('{pid}', `${process.pid}`))
  const tell = (why: string) =>
    warnOnce(
      `database ${file} ${why}`,
      `records can't be written to ${file} (${why}); they are dropped until it can be`,
    )
  const exposed = (mode: string) =>
    warnOnce(
      `mode ${file}`,
      `other users may read ${file} (mode ${mode}), where records go: names of models and collections; chmod 600 keeps them from it`,
    )
  const link = createLink(engine, file, { exposed, tell, unseen })
  const pruning = createPruning(rotate, link)
  let waiting: ProfileRecord[] = []
  let timer: NodeJS.Timeout | undefined
  let isLast = false
  let gone = 0

  const start = () => JSON.parse(identity.start()) as ProfileRecord
  const dropAll = () => {
    gone += waiting.length
    for (const { library, name } of waiting) lost(library, name)
    waiting = []
  }
  /** False where somebody has it locked: what is left waits on. */
  const flush = (patienceMs: number): boolean => {
    while (waiting.length > 0) {
      const some = waiting.slice(0, mostAtOnce)
      const outcome = link.use(patienceMs, (written) => written.write(some, start))
      if (outcome === 'busy') return false
      if (outcome === 'failed') dropAll()
      else waiting = waiting.slice(some.length)
      if (patienceMs === shortMs) break
    }
    pruning.look()
    return true
  }
  /** There is no later for what still waits. */
  const flushLast = () => {
    if (flush(exitMs)) return
    tell('another process has it locked')
    dropAll()
  }
  const turn = () => {
    const since = now()
    timer = undefined
    flush(shortMs)
    if (waiting.length > 0) wait(link.wait(now()))
    meter.spent(now() - since)
  }
  const wait = (ms: number) => {
    timer ??= setTimeout(turn, ms).unref()
  }
  const leave = flushBeforeSignals(() => void flush(signalMs))
  const end = () => {
    clearTimeout(timer)
    timer = undefined
    flushLast()
  }

  return {
    write(record) {
      const at = now()
      if (!link.takes(at)) return false
      if (waiting.length >= mostWaiting) {
        warnOnce(
          `full ${file}`,
          `${mostWaiting} records wait for ${file}, which is locked; further ones are dropped until it can be written`,
        )
        return false
      }
      waiting.push(record)
      if (isLast) flushLast()
      else if ((flush_ms === 0 || waiting.length >= batch) && link.mayTry(at)) flush(shortMs)
      if (waiting.length > 0) wait(flush_ms || againMs)
      return true
    },
    ready: () => void link.use(shortMs, () => {}),
    settle: () => void flush(signalMs),
    flush() {
      end()
      // Work of the application's own exit handlers is still recorded.
      isLast = true
    },
    exit() {
      leave()
      if (link.isBegun()) link.use(exitMs, (written) => written.end(JSON.parse(identity.summary()) as ProfileRecord))
      link.close()
      if (gone > 0) warnOnce(`lost ${file}`, `${gone} records could not be written to ${file}; they are lost`)
    },
    renew: link.beginAnew,
    close() {
      leave()
      end()
      link.close()
    },
  }
}

/** Removes what is too old, or too much: when the first records were written, and each minute. */
function createPruning({ age_hours, size_mb }: OutputOf<'database'>['rotate'], link: Link) {
  let nextAt = 0
  return {
    look() {
      const at = now()
      if ((age_hours === 0 && size_mb === 0) || at < nextAt || !link.isOpen()) return
      const whole = nextAt === 0
      nextAt = at + pruneMs
      const before = age_hours > 0 ? dateNow() / 1000 - age_hours * 3600 : 0
      link.use(shortMs, (written) =>
        written.prune({ before, mostBytes: size_mb > 0 ? size_mb * 1e6 : Infinity, whole }),
      )
    },
  }
}

import { resolve } from 'node:path'
import type { AgentWork } from '../../call.ts'
import { now } from '../../clock.ts'
import type { OutputOf } from '../../config/unions.ts'
import type { Output, ProfileRecord, WarnOnce } from '../../model.ts'
import { flushBeforeSignals } from '../before-signals.ts'
import type { Identity } from '../identity.ts'
import { pathOf } from '../peers.ts'
import { connect, type Written } from './connect.ts'
import type { Engine } from './engine.ts'
import { isBusy, whyFailed } from './failure.ts'
import { findEngine } from './peer.ts'
import { whenSqliteIsLoaded } from './when-loaded.ts'

export interface DatabaseParts {
  readonly warnOnce: WarnOnce
  /** The configuration file's folder. */
  readonly folder: string
  /** The location of the output's type. */
  readonly location: string
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
/** Before it is tried again, when it was locked or could not be written. */
const [busyMs, failedMs] = [50, 1000]
const pruneMs = 60_000

/** Records in the tables of an SQLite file, gathered for `flush_ms`; what to write to instead where nothing can open it. */
export function createDatabaseOutput(
  options: OutputOf<'database'>,
  parts: DatabaseParts,
  instead: () => Output,
): Output {
  const { folder, location, warnOnce } = parts
  const engine = findEngine((name) => pathOf(name, folder), whenSqliteIsLoaded)
  if (typeof engine !== 'string') return writeTo(engine, options, parts)
  warnOnce(
    'database engine',
    `output.type database (${location}): ${engine}; records go to ${jsonlBeside(options.database_path)} instead`,
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
  const { warnOnce, identity, lost, meter } = parts
  const file = resolve(database_path.replaceAll('{pid}', `${process.pid}`))
  const unseen = <R>(run: () => R) => parts.unseen(engine.name, run)
  let waiting: ProfileRecord[] = []
  let written: Written | undefined
  let timer: NodeJS.Timeout | undefined
  let notBefore = 0
  let pruneAt = 0
  let isLast = false
  let gone = 0

  const exposed = (mode: string) =>
    warnOnce(
      `mode ${file}`,
      `other users may read ${file} (mode ${mode}), where records go: names of models and collections; chmod 600 keeps them from it`,
    )
  const tell = (why: string) =>
    warnOnce(
      `database ${file} ${why}`,
      `records can't be written to ${file} (${why}); they are dropped until it can be`,
    )
  const drop = (records: readonly ProfileRecord[]) => {
    gone += records.length
    for (const { library, name } of records) lost(library, name)
  }
  const open = (patienceMs: number): Written => {
    if (written?.isThere() === false) close()
    written ??= connect(engine, file, { exposed, patienceMs })
    written.patience(patienceMs)
    return written
  }
  const close = () => {
    const last = written
    written = undefined
    try {
      last?.close()
    } catch {
      // What it has not written back is in its log, which the next one reads.
    }
  }
  /** True when it was done; false when somebody has it locked. What else fails is told. */
  const attempt = (patienceMs: number, work: (to: Written) => void): boolean => {
    try {
      unseen(() => work(open(patienceMs)))
      return true
    } catch (error) {
      if (isBusy(error)) {
        notBefore = now() + busyMs
        return false
      }
      unseen(close)
      notBefore = now() + failedMs
      tell(whyFailed(error))
      drop(waiting)
      waiting = []
      return true
    }
  }
  /** There is no later for what still waits. */
  const leaveOut = (): true => {
    tell('another process has it locked')
    drop(waiting)
    waiting = []
    return true
  }
  const start = () => JSON.parse(identity.start()) as ProfileRecord
  const flush = (patienceMs: number): boolean => {
    while (waiting.length > 0) {
      const some = waiting.slice(0, mostAtOnce)
      if (!attempt(patienceMs, (to) => to.write(some, start))) return false
      waiting = waiting.slice(some.length)
      if (patienceMs === shortMs) break
    }
    prune()
    return true
  }
  const prune = () => {
    const at = now()
    if (written === undefined || at < pruneAt || (rotate.age_hours === 0 && rotate.size_mb === 0)) return
    const whole = pruneAt === 0
    pruneAt = at + pruneMs
    const before = rotate.age_hours > 0 ? dateNow() / 1000 - rotate.age_hours * 3600 : 0
    const mostBytes = rotate.size_mb > 0 ? rotate.size_mb * 1e6 : Infinity
    attempt(shortMs, (to) => to.prune({ before, mostBytes, whole }))
  }
  const turn = () => {
    const since = now()
    timer = undefined
    flush(shortMs)
    if (waiting.length > 0) wait(Math.max(notBefore - now(), 1))
    meter.spent(now() - since)
  }
  const wait = (ms: number) => {
    timer ??= setTimeout(turn, ms).unref()
  }
  const leave = flushBeforeSignals(() => void flush(signalMs))

  return {
    write(record) {
      const at = now()
      if (waiting.length >= mostWaiting) {
        warnOnce(
          `full ${file}`,
          `${mostWaiting} records wait for ${file}, which is locked; further ones are dropped until it can be written`,
        )
        return false
      }
      // It could not be written a moment ago: to try with each record would cost each a look at the disk.
      if (at < notBefore && written === undefined) return false
      waiting.push(record)
      const isDue = flush_ms === 0 || waiting.length >= batch
      if (isLast) return flush(exitMs) || leaveOut()
      if (isDue && at >= notBefore) flush(shortMs)
      if (waiting.length > 0) wait(flush_ms || busyMs)
      return true
    },
    ready() {
      attempt(shortMs, () => {})
    },
    flush() {
      clearTimeout(timer)
      timer = undefined
      if (!flush(exitMs)) leaveOut()
      // Work of the application's own exit handlers is still recorded.
      isLast = true
    },
    exit() {
      leave()
      if (written?.isBegun()) attempt(exitMs, (to) => to.end(JSON.parse(identity.summary()) as ProfileRecord))
      unseen(close)
      if (gone > 0) warnOnce(`lost ${file}`, `${gone} records could not be written to ${file}; they are lost`)
    },
    renew: () => written?.beginAnew(),
    close() {
      clearTimeout(timer)
      leave()
      if (!flush(exitMs)) leaveOut()
      unseen(close)
    },
  }
}

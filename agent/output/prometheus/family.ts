import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { ours } from '../../diagnostics.ts'
import { isAlive, machine, startOf } from '../process-identity.ts'
import { renameOver } from '../rename.ts'
import {
  type FamilyRoot,
  familyRootOf,
  hasOthers,
  isAlone,
  makePrivate,
  membersOf,
  namesIn,
  read,
  remove,
} from './family-files.ts'
import { createStore, type Snapshot, type Store } from './series.ts'

/** The threads of a process, and with `shared` the workers of its cluster: what adds up to one scrape. */
export interface Family {
  /** `values` and the values of all others, also of those that have ended. */
  merged(values: Snapshot): Snapshot
  /** Keeps this thread's values where the others find them. */
  write(values: Snapshot, ended: boolean): void
  /** True if this process is the one that serves; each of a family may ask again and again. */
  leads(): boolean
  resign(): void
  /** At the end of a process: keeps its values for the others, or removes all when nobody is left. */
  leave(values: Snapshot): void
  /** Removes what families without a living process left behind. */
  sweep(): void
  /** The others are this process's threads, or its cluster's workers. */
  readonly isRoot: boolean
}

interface Kept {
  readonly ended: boolean
  readonly at: number
  readonly series: Snapshot
}

/** Values of ended members; `names` are the files that are in it already, should one still be there. */
interface Folded {
  readonly names: readonly string[]
  readonly series: Snapshot
}

/** Of the files: another one's families are not ours. */
const format = 1
const { now } = Date
const familyFolder = /^(\w+)-(\d+)-(\w*)-\w+$/
/** The gauges of a thread that wrote nothing for so long do not count: it was terminated, or hangs. */
const staleMs = 10_000
const foreignMs = 7 * 86_400_000

/** Gives the family once another thread or process is in it: a process that is alone keeps no files. Never throws. */
export function createFamily(key: string, shared: boolean, failed: (error: unknown) => void): () => Family | undefined {
  let root: FamilyRoot | undefined
  let family: Family | undefined
  return () => {
    try {
      root ??= familyRootOf(`${format} ${key}`, shared)
      if (family === undefined && !isAlone(root)) family = openFamily(key, shared, root)
    } catch (error) {
      failed(error)
    }
    return family
  }
}

/** Throws where the folder for temporary files holds something that is not this user's alone. */
export function openFamily(key: string, shared: boolean, root = familyRootOf(`${format} ${key}`, shared)): Family {
  const { pid } = process
  const start = startOf(pid)
  const me = `${pid} ${start}`
  const { folder, rootPid, rootStart } = root
  makePrivate(folder)
  const parent = join(folder, '..')
  const threadFile = `${pid}-${start}-${threadId}.json`
  const path = (name: string) => join(folder, name)

  const write = (name: string, text: string) => {
    const temporary = path(`${name}.${pid}.${threadId}.tmp`)
    try {
      writeFileSync(temporary, text, { mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // Somebody cleaned up the folder for temporary files.
      makePrivate(folder)
      writeFileSync(temporary, text, { mode: 0o600 })
    }
    renameOver(temporary, path(name))
  }
  const keep = (values: Snapshot, ended: boolean) =>
    write(threadFile, JSON.stringify({ ended, at: now(), series: values } satisfies Kept))
  const holderOf = (name: string): { text: string; alive: boolean } | undefined => {
    const text = read(path(name))
    if (text === undefined) return undefined
    const [holder = '', began = ''] = text.split(' ')
    return { text, alive: isAlive(Number(holder), began) }
  }
  const lock = (): boolean => {
    try {
      writeFileSync(path('lock'), me, { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') makePrivate(folder)
      const since = statSync(path('lock'), { throwIfNoEntry: false })?.mtimeMs ?? now()
      // Taken at the next asking, should its holder have been killed, or somebody have cleaned up.
      if (holderOf('lock')?.alive === false || now() - since > staleMs) remove(path('lock'))
      return false
    }
  }
  const unlock = () => remove(path('lock'))

  /** Undefined when another process folded files together meanwhile. */
  const gather = (locked: boolean): Store | undefined => {
    const before = read(path('ended'))
    const folded: Folded = before === undefined ? { names: [], series: {} } : JSON.parse(before)
    const store = createStore()
    const ended = createStore()
    for (const one of [store, ended]) one.add(folded.series, false)
    const known = new Set(folded.names)
    const names: string[] = []
    for (const { name, alive } of membersOf(folder)) {
      if (name === threadFile) continue
      if (known.has(name)) {
        if (locked) remove(path(name))
        continue
      }
      const kept = read(path(name))
      if (kept === undefined) return undefined
      const { series, at, ended: over } = JSON.parse(kept) as Kept
      const gone = over || !alive
      store.add(series, !gone && now() - at < staleMs)
      if (!gone) continue
      ended.add(series, false)
      names.push(name)
    }
    if (!locked) return read(path('ended')) === before ? store : undefined
    if (names.length > 0) {
      // In this order: whatever ends the process in between, nothing counts twice, and nothing is lost.
      write('ended', JSON.stringify({ names, series: ended.snapshot() } satisfies Folded))
      for (const name of names) remove(path(name))
    }
    return store
  }
  const leads = () => {
    const holder = holderOf('leader')
    if (holder?.text === me) return true
    if (holder?.alive || !lock()) return false
    try {
      if (holderOf('leader')?.alive) return false
      write('leader', me)
      return true
    } finally {
      unlock()
    }
  }
  const resign = () => {
    if (read(path('leader')) === me) remove(path('leader'))
  }

  return {
    merged(values) {
      let store: Store | undefined
      for (let tries = 0; store === undefined; tries++) {
        if (tries > 50) throw ours('its files change too fast')
        const locked = lock()
        try {
          store = gather(locked)
        } finally {
          if (locked) unlock()
        }
      }
      store.add(values, true)
      return store.snapshot()
    },
    write: keep,
    leads,
    resign,
    leave(values) {
      resign()
      const rootLives = rootPid !== pid && isAlive(rootPid, rootStart)
      if (rootLives || hasOthers(folder, pid)) keep(values, true)
      else rmSync(folder, { recursive: true, force: true })
    },
    sweep() {
      const here = machine()
      for (const name of namesIn(parent)) {
        const [, where, root, began = ''] = familyFolder.exec(name) ?? []
        if (where === undefined) continue
        const those = join(parent, name)
        const over =
          where === here
            ? !isAlive(Number(root), began) && !hasOthers(those, pid)
            : now() - (statSync(those, { throwIfNoEntry: false })?.mtimeMs ?? now()) > foreignMs
        if (over && those !== folder) rmSync(those, { recursive: true, force: true })
      }
    },
    isRoot: rootPid === pid,
  }
}

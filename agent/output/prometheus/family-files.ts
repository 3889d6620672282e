import cluster from 'node:cluster'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'
import { ours } from '../../diagnostics.ts'
import { digest, isAlive, machine, startOf } from '../process-identity.ts'

/** The folder of a family's files, and the process at its root. */
export interface FamilyRoot {
  readonly folder: string
  readonly rootPid: number
  readonly rootStart: string
}

const memberFile = /^(\d+)-(\w*)-\d+\.json$/

export function familyRootOf(key: string, shared: boolean): FamilyRoot {
  // A worker thread has no other way to know that its process is a cluster's worker.
  const shown = `crossbridge.family ${key}`
  const told = isMainThread ? undefined : (getEnvironmentData(shown) as unknown as FamilyRoot | undefined)
  if (told !== undefined) return told
  const { pid, ppid } = process
  const rootPid = shared && cluster.isWorker ? ppid : pid
  const rootStart = startOf(rootPid)
  const parent = join(tmpdir(), `crossbridge-${process.geteuid?.() ?? digest(userInfo().username)}`)
  const folder = join(parent, `${machine()}-${rootPid}-${rootStart}-${digest(key)}`)
  const root: FamilyRoot = { folder, rootPid, rootStart }
  if (isMainThread) setEnvironmentData(shown, root as never)
  return root
}

/** True while nobody else is there: threads and cluster workers make the folder, the process above them does not. */
export const isAlone = ({ folder, rootPid }: FamilyRoot) =>
  isMainThread && rootPid === process.pid && !existsSync(folder)

/** Makes a folder for this user alone, and that above it; throws where one is not. */
export function makePrivate(folder: string): void {
  for (const one of [join(folder, '..'), folder]) {
    mkdirSync(one, { recursive: true, mode: 0o700 })
    const stat = lstatSync(one)
    if (!stat.isDirectory()) throw ours(`${one} is not a folder`)
    const user = process.geteuid?.()
    if (user !== undefined && (stat.uid !== user || (stat.mode & 0o077) !== 0))
      throw ours(`${one} is not this user's alone`)
  }
}

/** The files of threads. Whether each still runs is asked before its file is read, so that its last words are in that. */
export function membersOf(folder: string): { name: string; pid: number; alive: boolean }[] {
  const asked = new Map<string, boolean>()
  return namesIn(folder).flatMap((name) => {
    const [, pid, start = ''] = memberFile.exec(name) ?? []
    if (pid === undefined) return []
    const key = `${pid} ${start}`
    const alive = asked.get(key) ?? isAlive(Number(pid), start)
    asked.set(key, alive)
    return [{ name, pid: Number(pid), alive }]
  })
}

/** True if another process still keeps its values here. */
export const hasOthers = (folder: string, pid: number) => membersOf(folder).some((one) => one.alive && one.pid !== pid)

/** A file's text, names in a folder: undefined where somebody cleaned up. */
export const read = (file: string) => unlessGone(() => readFileSync(file, 'utf8'))
export const namesIn = (folder: string) => unlessGone(() => readdirSync(folder)) ?? []
/** `rmSync` would load half of a file manager for it. */
export const remove = (file: string) => unlessGone(() => unlinkSync(file))

function unlessGone<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

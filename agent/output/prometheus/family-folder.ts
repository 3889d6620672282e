import cluster from 'node:cluster'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'
import { ours } from '../../diagnostics.ts'
import { digest, machine, startOf } from '../process-identity.ts'

export interface Place {
  readonly folder: string
  readonly rootPid: number
  readonly rootStart: string
}

/** Where a family keeps its files; throws where that is not this user's alone. */
export function placeOf(key: string, shared: boolean): Place {
  // A worker thread has no other way to know that its process is a cluster's worker.
  const shown = `crossbridge.family ${key}`
  const told = isMainThread ? undefined : (getEnvironmentData(shown) as unknown as Place | undefined)
  if (told !== undefined) return told
  const { pid, ppid } = process
  const isWorker = shared && cluster.isWorker
  const rootPid = isWorker ? ppid : pid
  const rootStart = startOf(rootPid)
  const parent = join(tmpdir(), `crossbridge-${process.geteuid?.() ?? digest(userInfo().username)}`)
  const folder = join(parent, `${machine()}-${rootPid}-${rootStart}-${digest(key)}`)
  makePrivate(parent)
  makePrivate(folder)
  const place: Place = { folder, rootPid, rootStart }
  if (isMainThread) setEnvironmentData(shown, place as never)
  return place
}

/** Makes a folder for this user alone. */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stat = lstatSync(folder)
  if (!stat.isDirectory()) throw ours(`${folder} is no folder`)
  const user = process.geteuid?.()
  if (user !== undefined && (stat.uid !== user || (stat.mode & 0o077) !== 0))
    throw ours(`${folder} is not this user's alone`)
}

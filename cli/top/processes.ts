import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Costs } from '../../agent/output/cost/cost.ts'
import type { Snapshot, Who } from '../../agent/output/socket/protocol.ts'
import { UsageError } from '../command.ts'
import { unpricedNote } from '../costs.ts'
import { type Connection, connectTo } from './connection.ts'
import { familyOf } from './family.ts'
import type { Frame, Source } from './frame.ts'
import { besides } from './location.ts'
import { findingOf, notesOf, processOf, rowsOf, titleOf, totalsOf } from './merge.ts'

/** Their snapshots come once a second, not all at one moment. */
const toleranceMs = 100
const graceMs = 1000
const pollMs = 50

/**
 * The processes and threads that listen at a path and beside it, added up. Those that come later are taken in. Throws a
 * `UsageError` when there is none.
 */
export async function watchProcesses(path: string, costs?: Costs): Promise<Source> {
  const connections = new Map<string, Connection>()
  const pending = new Set<string>()
  let who: readonly Who[] = []
  let totals: Frame['totals'] = []
  let trouble: Error | undefined
  const ended = new AbortController()
  const pause = (ms: number) => sleep(ms, undefined, ended)

  const meet = async (one: string) => {
    pending.add(one)
    try {
      connections.set(one, await connectTo(one, () => connections.delete(one)))
    } catch (error) {
      trouble = error as Error
    }
    pending.delete(one)
  }
  const meetAll = () =>
    Promise.all(
      pathsOf(path)
        .filter((one) => !connections.has(one) && !pending.has(one))
        .map(meet),
    )
  await meetAll()
  if (connections.size === 0) throw new UsageError(whyNot(path, trouble))

  const take = (): Frame => {
    const all = [...connections.values()]
    const last = all.flatMap((one) => one.last() ?? [])
    if (all.length > 0) {
      who = all.map((one) => one.who)
      totals = totalsOf(last)
    }
    const process = processOf(last)
    const finding = findingOf(last)
    return {
      at: Date.now() / 1000,
      rows: rowsOf(
        all.map((one) => ({ fresh: one.fresh(), last: one.last() })),
        costs,
      ),
      ...(costs && { currency: costs.currency }),
      title: titleOf(who, all.length > 0),
      totals,
      ...(process && { process }),
      ...(finding && { finding }),
      notes:
        all.length > 0
          ? [...notesOf(last), ...unpricedNote(costs)]
          : ['the process has ended; waiting for the next one at the same path'],
    }
  }

  return {
    async next(ms) {
      await pause(Math.max(ms - toleranceMs, 0))
      void meetAll()
      const waits = () => [...connections.values()].some((one) => !one.isFresh())
      for (let waited = 0; waited < graceMs && waits(); waited += pollMs) await pause(pollMs)
      return take()
    },
    close() {
      ended.abort()
      for (const one of connections.values()) one.close()
    },
  }
}

/** Asks the processes and threads at a path and beside it for their figures. Throws a `UsageError` without any. */
export async function askProcesses(path: string): Promise<Snapshot[]> {
  let trouble: Error | undefined
  const ask = async (one: string) => {
    try {
      const connection = await connectTo(one, () => {})
      for (let waited = 0; waited < 2 * graceMs && connection.last() === undefined; waited += pollMs)
        await sleep(pollMs)
      connection.close()
      return connection.last() ?? []
    } catch (error) {
      trouble = error as Error
      return []
    }
  }
  const snapshots = (await Promise.all(pathsOf(path).map(ask))).flat()
  if (snapshots.length === 0) throw new UsageError(whyNot(path, trouble))
  return snapshots
}

export const pathsOf = (path: string) => familyOf(path, besides)

export function whyNot(path: string, error: NodeJS.ErrnoException | undefined): string {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket() === false)
    return `${path} is not a socket; remove it, and start the application again`
  switch (error === undefined ? 'ENOENT' : error.code) {
    case 'ENOENT':
      return `no process listens at ${path}; start it with cli.socket set, and look from its working directory`
    case 'ECONNREFUSED':
      return `${path} is left over from a process that was killed; start the application again, which replaces it`
    case 'EACCES':
    case 'EPERM':
      return `${path} is another user's: only who runs the process may look; use sudo -u for that user`
    default:
      return `${path}: ${error?.message}`
  }
}

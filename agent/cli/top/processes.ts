import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScopeFigures, Snapshot, Who } from '../../output/socket/protocol.ts'
import { UsageError } from '../command.ts'
import { type Connection, connectTo } from './connection.ts'
import { familyOf } from './family.ts'
import { durationOf } from './format.ts'
import { type Frame, keyOf, type Row, type Source } from './frame.ts'
import { besides } from './where.ts'

/** Their snapshots come once a second, not all at one moment. */
const toleranceMs = 100
const graceMs = 1000
const pollMs = 50

/**
 * The processes and threads that listen at a path and beside it, added up. Those that come later are taken in. Throws a
 * `UsageError` when there is none.
 */
export async function watchProcesses(path: string): Promise<Source> {
  const connections = new Map<string, Connection>()
  const pending = new Set<string>()
  let lastWho: readonly Who[] = []
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
    if (all.length > 0) lastWho = all.map(({ who }) => who)
    const last = all.flatMap((one) => one.last() ?? [])
    return {
      at: Date.now() / 1000,
      rows: rowsOf(all.map((one) => ({ fresh: one.fresh(), last: one.last() }))),
      title: titleOf(lastWho, all.length > 0),
      totals: totalsOf(last),
      notes: all.length > 0 ? notesOf(last) : ['the process has ended; waiting for the next one at the same path'],
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

/** A pipe of Windows can't be looked for. */
const pathsOf = (path: string) => (path.startsWith('\\\\.\\pipe\\') ? [path] : familyOf(path, besides))

function whyNot(path: string, error: NodeJS.ErrnoException | undefined): string {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket() === false)
    return `${path} is no socket; remove it, and start the application again`
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

interface Told {
  readonly fresh: readonly Snapshot[]
  readonly last: Snapshot | undefined
}

/** Calls and errors are sums; of durations the slowest's stand, since percentiles can't be added. */
function rowsOf(told: readonly Told[]): Row[] {
  const rows = new Map<string, Row>()
  for (const { fresh, last } of told) {
    const seconds = fresh.reduce((sum, { interval_ms }) => sum + interval_ms, 0) / 1000
    for (const one of last?.scopes ?? []) if (one.counts.seen > 0) put(rows, one, 0, one.open)
    for (const { scopes } of fresh) for (const one of scopes) if (one.calls > 0) put(rows, one, one.calls / seconds, 0)
  }
  return [...rows.values()]
}

function put(rows: Map<string, Row>, one: ScopeFigures, rate: number, open: number): void {
  const key = keyOf(one)
  const { name, library } = one
  const row = rows.get(key) ?? { ...{ name, library, calls: 0, calls_per_s: 0, errors: 0 }, ...none }
  const counted = rate > 0 ? one : { ...one, ...none, calls: 0, errors: 0 }
  rows.set(key, {
    ...{ name, library },
    calls: row.calls + counted.calls,
    calls_per_s: row.calls_per_s + rate,
    errors: row.errors + counted.errors,
    p50_ms: Math.max(row.p50_ms, counted.p50_ms),
    p95_ms: Math.max(row.p95_ms, counted.p95_ms),
    max_ms: Math.max(row.max_ms, counted.max_ms),
    open: (row.open ?? 0) + open,
  })
}

const none = { p50_ms: 0, p95_ms: 0, max_ms: 0, open: 0 }

function titleOf(who: readonly Who[], here: boolean): string {
  const [first] = who
  if (first === undefined) return ''
  const pids = new Set(who.map(({ pid }) => pid))
  const more = [
    pids.size > 1 ? `${pids.size} processes` : `pid ${first.pid}`,
    ...(who.length > pids.size ? [`${who.length} threads`] : []),
  ].join(', ')
  const up = here
    ? `up ${durationOf((Date.now() / 1000 - Math.min(...who.map(({ since }) => since))) * 1000)}`
    : 'ended'
  return `${first.script || 'node'}  ${more}  ${up}  Node ${first.node}`
}

const shownCounts = [
  ['calls', 'seen'],
  ['recorded', 'emitted'],
  ['sampled out', 'sampled_out'],
  ['under threshold', 'under_threshold'],
  ['limited', 'limited'],
  ['dropped', 'dropped'],
  ['errors', 'errors'],
  ['in flight', 'open'],
] as const

const totalsOf = (last: readonly Snapshot[]) =>
  shownCounts.map(([name, key]) => [name, last.reduce((sum, { totals }) => sum + totals[key], 0)] as const)

function notesOf(last: readonly Snapshot[]): string[] {
  const faults = last.reduce((sum, one) => sum + one.faults, 0)
  const left = last.reduce((sum, { left_out = 0 }) => sum + left_out, 0)
  return [
    ...new Set(last.flatMap(({ restraint }) => (restraint === undefined ? [] : [`self-restraint: ${restraint}`]))),
    ...(faults > 0 ? [`${faults} faults of the agent; its stderr tells them`] : []),
    ...(left > 0 ? [`${left} scopes with fewer calls are not shown`] : []),
  ]
}

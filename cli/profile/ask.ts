import { setTimeout as sleep } from 'node:timers/promises'
import type { ProfileKind } from '../../agent/output/socket/protocol.ts'
import { type Terminal, UsageError } from '../command.ts'
import { type Connection, connectTo } from '../top/connection.ts'
import { isObject, textIn } from '../top/messages.ts'
import { pathsOf, whyNot } from '../top/processes.ts'

interface Wish {
  readonly path: string
  readonly pid: number | undefined
  readonly kind: ProfileKind
  readonly seconds: number
}

/** A process that is asked for its profile may be one that does not come to answer. */
const patienceMs = 60_000
const saidAfterMs = 3000
const waiting = `crossbridge: no answer yet: one piece of work may hold its event loop; waiting for ${patienceMs / 1000} s\n`
/** An agent that knows the question answers it at once, and sends snapshots all the same if it does not. */
const mostSnapshots = 3
const longestPath = 4096

/** Asks a process for a profile, and says where the file is. Throws a `UsageError` with what keeps it from that. */
export async function askForProfile({ path, pid, kind, seconds }: Wish, terminal: Terminal): Promise<number> {
  const heard = new EventTarget()
  let begun = false
  let gone = false
  let told: { readonly file: string } | { readonly why: string } | undefined
  const hear = (line: unknown) => {
    if (!isObject(line)) return false
    if ('profiling' in line) begun = true
    else if (isObject(line.profiled))
      told =
        'file' in line.profiled
          ? { file: textIn(line.profiled.file, longestPath) }
          : { why: textIn(line.profiled.why, longestPath) }
    else return false
    heard.dispatchEvent(new Event('line'))
    return true
  }
  const next = (ms: number) =>
    Promise.race([
      new Promise((resolve) => heard.addEventListener('line', resolve, { once: true })),
      sleep(ms, undefined, { ref: false }),
    ])

  const slow = setTimeout(() => terminal.err(waiting), saidAfterMs)
  let close = () => {}
  try {
    const met = await meet(path, pid, hear, () => {
      gone = true
      heard.dispatchEvent(new Event('line'))
    })
    const { connection } = met
    close = met.close
    connection.say({ v: 1, profile: kind, seconds })
    const until = performance.now() + patienceMs
    for (let snapshots = 0; !begun && !gone; snapshots += connection.fresh().length) {
      if (snapshots >= mostSnapshots || performance.now() > until)
        throw new UsageError(`its agent (${connection.who.agent}) can't be asked for a profile; start it with this one`)
      await next(100)
    }
    clearTimeout(slow)
    terminal.err(`profiling ${connection.who.script || 'process'} (${connection.who.pid}) for ${seconds} s…\n`)
    if (told === undefined) await next(seconds * 1000 + 60_000)
    if (told !== undefined && 'file' in told) {
      terminal.out(`${told.file}\n`)
      return 0
    }
    terminal.err(`crossbridge: no profile was taken: ${told?.why ?? 'the process has ended, or does not answer'}\n`)
    return 1
  } finally {
    clearTimeout(slow)
    close()
  }
}

/** The one process at a path, or the named one, by its main thread. */
async function meet(path: string, pid: number | undefined, hear: (line: unknown) => boolean, ended: () => void) {
  let trouble: Error | undefined
  const open = async (one: string): Promise<Connection[]> => {
    try {
      return [await connectTo(one, ended, { hear, patienceMs })]
    } catch (error) {
      trouble = error as Error
      return []
    }
  }
  const all = (await Promise.all(pathsOf(path).map(open))).flat()
  const close = () => {
    for (const one of all) one.close()
  }
  const [connection, other] = all.filter(({ who }) => who.thread_id === 0 && (pid === undefined || who.pid === pid))
  if (connection !== undefined && other === undefined) return { connection, close }
  close()
  const pids = [...new Set(all.map(({ who }) => who.pid))].join(', ')
  if (all.length === 0) throw new UsageError(whyNot(path, trouble))
  throw new UsageError(
    connection === undefined
      ? `process ${pid} does not listen at ${path}; those that do: ${pids}`
      : `several processes listen at ${path}: ${pids}; name one by --pid`,
  )
}

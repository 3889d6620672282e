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

/** An agent that knows the question answers it at once. */
const patienceMs = 3000
const longestPath = 4096

/** Asks a process for a profile, and says where the file is. Throws a `UsageError` with what keeps it from that. */
export async function askForProfile({ path, pid, kind, seconds }: Wish, terminal: Terminal): Promise<number> {
  const heard = new EventTarget()
  let begun = false
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

  const { connection, close } = await meet(path, pid, hear, () => heard.dispatchEvent(new Event('line')))
  try {
    connection.say({ v: 1, profile: kind, seconds })
    await next(patienceMs)
    if (!begun)
      throw new UsageError(`its agent (${connection.who.agent}) can't be asked for a profile; start it with this one`)
    terminal.err(`profiling ${connection.who.script || 'process'} (${connection.who.pid}) for ${seconds} s…\n`)
    if (told === undefined) await next(seconds * 1000 + 60_000)
    if (told !== undefined && 'file' in told) {
      terminal.out(`${told.file}\n`)
      return 0
    }
    terminal.err(`crossbridge: no profile was taken: ${told?.why ?? 'the process has ended, or does not answer'}\n`)
    return 1
  } finally {
    close()
  }
}

/** The one process at a path, or the named one, by its main thread. */
async function meet(path: string, pid: number | undefined, hear: (line: unknown) => boolean, ended: () => void) {
  let trouble: Error | undefined
  const open = async (one: string): Promise<Connection[]> => {
    try {
      return [await connectTo(one, ended, { hear })]
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

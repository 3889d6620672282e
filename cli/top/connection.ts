import { connect } from 'node:net'
import type { Ask, Snapshot, Who } from '../../agent/output/socket/protocol.ts'
import { helloIn, isObject, snapshotIn, textIn } from './messages.ts'

/** One process or thread that is looked at. */
export interface Connection {
  readonly who: Who
  /** The latest; undefined before the first. */
  last(): Snapshot | undefined
  /** Those with figures that came since it was asked last. */
  fresh(): Snapshot[]
  /** True if snapshots have come since the last question. */
  isFresh(): boolean
  /** Says one line. */
  say(line: Ask): void
  close(): void
}

/** Those of the last minutes, where nobody asks; and how many scopes they may have in all. */
const mostKept = 600
const mostScopes = 100_000
/** A line of 500 scopes is a tenth of it. */
const longestLine = 4_000_000

interface Talk {
  readonly patienceMs?: number
  /** True for a line that is no snapshot, and was taken. */
  readonly hear?: (line: unknown) => boolean
}

/** Connects to an agent's socket. Rejects with the system's error, or with what was wrong with the answer. */
export function connectTo(
  path: string,
  ended: () => void,
  { patienceMs = 5000, hear }: Talk = {},
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path })
    let who: Who | undefined
    let last: Snapshot | undefined
    let kept: Snapshot[] = []
    let scopes = 0
    const fail = (error: Error) => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error(socket.bytesRead > 0 ? foreign : silent(patienceMs))), patienceMs)
    const greet = (line: unknown) => {
      who = whoIn(line)
      clearTimeout(timer)
      resolve({
        who,
        last: () => last,
        isFresh: () => kept.length > 0,
        fresh() {
          const those = kept
          kept = []
          scopes = 0
          return those
        },
        say: (line) => void socket.write(`${JSON.stringify(line)}\n`),
        close: () => socket.destroy(),
      })
    }
    const take = (line: unknown) => {
      if (hear?.(line)) return
      const snapshot = snapshotIn(line)
      if (snapshot === undefined) throw new Error(foreign)
      last = snapshot
      if (snapshot.interval_ms === 0) return
      kept.push(snapshot)
      scopes += snapshot.scopes.length
      while (kept.length > mostKept || scopes > mostScopes) scopes -= kept.shift()?.scopes.length ?? scopes
    }
    socket.on('error', fail)
    socket.on('close', () => {
      fail(new Error(foreign))
      if (who !== undefined) ended()
    })
    byLine(socket, (line) => {
      if (socket.destroyed) return
      try {
        if (line === undefined) throw new Error(foreign)
        const said = JSON.parse(line)
        if (who === undefined) greet(said)
        else take(said)
      } catch (error) {
        fail(error instanceof SyntaxError ? new Error(foreign) : (error as Error))
      }
    })
  })
}

const foreign = 'what answers is no agent'
const silent = (ms: number) =>
  `it has said nothing for ${ms / 1000} s: one piece of work holds its event loop, or it is no agent`

function whoIn(line: unknown): Who {
  if (isObject(line) && 'refused' in line) throw new Error(`it refuses: ${textIn(line.refused)}`)
  if (isObject(line) && isObject(line.hello) && line.v !== 1)
    throw new Error(
      `its agent (${textIn(line.hello.agent)}) speaks otherwise; use the command line that the application has installed`,
    )
  const hello = helloIn(line)
  if (hello === undefined) throw new Error(foreign)
  return hello.hello
}

/** Hands over whole lines; undefined once for one that has no end. */
function byLine(socket: NodeJS.ReadableStream, take: (line: string | undefined) => void): void {
  let parts: string[] = []
  let buffered = 0
  socket.setEncoding('utf8').on('data', (text: string) => {
    const [end = '', ...lines] = text.split('\n')
    parts.push(end)
    buffered += end.length
    if (buffered > longestLine) {
      parts = []
      return take(undefined)
    }
    if (lines.length === 0) return
    take(parts.join(''))
    const rest = lines.pop() ?? ''
    for (const line of lines) take(line)
    parts = [rest]
    buffered = rest.length
  })
}

import { connect } from 'node:net'
import type { Hello, Refusal, Snapshot, Who } from '../../output/socket/protocol.ts'

/** One process or thread that is looked at. */
export interface Connection {
  readonly who: Who
  /** The latest; undefined before the first. */
  last(): Snapshot | undefined
  /** Those with figures that came since it was asked last. */
  fresh(): Snapshot[]
  /** Whether there are any. */
  isFresh(): boolean
  close(): void
}

/** Those of the last minutes, where nobody asks. */
const mostKept = 600

/** Connects to an agent's socket. Rejects with the system's error, or with what was wrong with the answer. */
export function connectTo(path: string, ended: () => void, patienceMs = 5000): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path })
    let who: Who | undefined
    let last: Snapshot | undefined
    let kept: Snapshot[] = []
    const fail = (error: Error) => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error(foreign)), patienceMs)
    const greet = (line: Hello | Refusal) => {
      clearTimeout(timer)
      who = whoIn(line)
      resolve({
        who,
        last: () => last,
        isFresh: () => kept.length > 0,
        fresh() {
          const those = kept
          kept = []
          return those
        },
        close: () => socket.destroy(),
      })
    }
    const take = (snapshot: Snapshot) => {
      last = snapshot
      if (snapshot.interval_ms > 0) kept.push(snapshot)
      if (kept.length > mostKept) kept.shift()
    }
    socket.on('error', fail)
    socket.on('close', () => {
      fail(new Error(foreign))
      if (who !== undefined) ended()
    })
    byLine(socket, (line) => {
      try {
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

function whoIn(line: Hello | Refusal | null): Who {
  if (typeof line !== 'object' || line === null) throw new Error(foreign)
  if ('refused' in line) throw new Error(`it refuses: ${line.refused}`)
  if (line.hello === undefined) throw new Error(foreign)
  if (line.v !== 1)
    throw new Error(
      `its agent (${line.hello.agent}) speaks otherwise; use its own command line: npx @crossbridge/agent@${line.hello.agent} top`,
    )
  return line.hello
}

function byLine(socket: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}

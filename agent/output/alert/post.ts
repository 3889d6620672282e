import type { Socket } from 'node:net'
import { textOf } from '../../diagnostics.ts'

/** The outcome of one try. */
export interface Answer {
  readonly status?: number | undefined
  readonly error?: string
  /** True if another try may help. */
  readonly again: boolean
  readonly retryAfterMs?: number | undefined
}

const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis
const { now } = Date
const lookMs = 200

/** Makes a function that posts JSON, tells once what came of it, and holds the process in nothing but its name lookup. */
export function createPost(url: URL, timeoutMs: number): (body: string, done: (answer: Answer) => void) => void {
  const { protocol, hostname, port, pathname, search, username, password } = url
  const user = `${decoded(username)}:${decoded(password)}`
  const options = {
    // Brackets are for URLs only.
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: pathname + search,
    method: 'POST',
    agent: false as const,
  }
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'crossbridge-agent',
    ...(user !== ':' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
  }

  return (body, done) => {
    const { request: send } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')
    const request = send({ ...options, headers: { ...headers, 'content-length': Buffer.byteLength(body) } })
    let look: NodeJS.Timeout | undefined
    let finished = false
    const finish = (answer: Answer) => {
      if (finished) return
      finished = true
      clearTimeout(timer)
      clearInterval(look)
      request.destroy()
      done(answer)
    }
    const timer = setTimeout(
      () => finish({ error: `no answer within ${timeoutMs} ms`, again: true }),
      timeoutMs,
    ).unref()
    request.on('socket', (socket: Socket) => {
      socket.unref()
      // If a name has several addresses, the handle that was unref'd may not be the one that connects.
      socket.once('connect', () => socket.unref())
      // A connection that is being made holds the process, `unref`'d or not.
      look = setInterval(() => {
        socket.unref()
        if (!socket.connecting) clearInterval(look)
        else if (isLast()) finish({ error: 'the process had nothing else to do', again: false })
      }, lookMs).unref()
    })
    request.on('response', (response) => {
      const { statusCode: status = 0, headers } = response.on('error', () => {})
      const again = status === 429 || status >= 500
      finish({ status, again, retryAfterMs: again ? msOf(headers['retry-after']) : undefined })
    })
    request.on('error', (error: NodeJS.ErrnoException) => finish({ error: error.code ?? textOf(error), again: true }))
    request.end(body)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** True if the process waits for one connection and nothing else; its own streams are listed and don't count. */
function isLast(): boolean {
  const active = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap')
  return active.length === 1
}

/** `Retry-After`: seconds, or a date. */
function msOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now()
  return Number.isFinite(ms) ? ms : undefined
}

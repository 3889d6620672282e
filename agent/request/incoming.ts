import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { WarnOnce } from '../model.ts'
import { enter, type Request } from './context.ts'
import { newSpanId, newTraceId } from './ids.ts'
import { parseTraceparent } from './traceparent.ts'

export const mostOpen = 10_000
const sweepMs = 1000
// The application's tests may put fakes in their place.
const { setInterval, clearInterval } = globalThis

interface IncomingParts {
  readonly idHeader: string
  readonly isForced: (headers: IncomingMessage['headers']) => boolean
  /** Told once of each request's end. */
  readonly ended: (request: Request) => void
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** A message of the HTTP server's channels. */
interface Published {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly socket: Socket
}

/** Follows every request of this thread's HTTP servers by what Node publishes of them; nothing is patched. */
export function followIncoming({ idHeader, isForced, ended, warnOnce, fault }: IncomingParts) {
  const open = new Map<ServerResponse, { readonly request: Request; readonly socket: Socket }>()
  const idName = idHeader.toLowerCase()

  const begin = ({ request: { headers }, response, socket }: Published) => {
    if (open.size >= mostOpen) {
      // The context of the connection's former request must not stay.
      enter(undefined)
      warnOnce(
        'requests',
        `more than ${mostOpen} requests are open at once; calls in further ones are taken one by one`,
      )
      return
    }
    const parent = parseTraceparent(headers.traceparent)
    const request: Request = {
      request: undefined,
      span: undefined,
      traceId: parent?.traceId ?? newTraceId(),
      spanId: parent?.parentId ?? newSpanId(),
      requestId: cleaned(headers[idName]),
      forced: isForced(headers),
      sampled: undefined,
      buffered: [],
      passed: false,
      ended: undefined,
    }
    request.request = request
    open.set(response, { request, socket })
    enter(request)
  }
  const finish = ({ response }: Published) => {
    const found = open.get(response)
    if (found === undefined) return
    open.delete(response)
    ended(found.request)
  }
  // An error in a subscriber would be an uncaught exception of the application.
  const guarded = (run: (message: Published) => void) => (message: unknown) => {
    try {
      run(message as Published)
    } catch (error) {
      fault(error)
    }
  }
  const onStart = guarded(begin)
  const onFinish = guarded(finish)
  subscribe('http.server.request.start', onStart)
  subscribe('http.server.response.finish', onFinish)

  /** Finds clients that went away: nothing is published of them. */
  const sweep = () => {
    try {
      for (const [response, { request, socket }] of open) {
        if (!response.destroyed && !response.closed && !socket.destroyed) continue
        open.delete(response)
        ended(request)
      }
    } catch (error) {
      fault(error)
    }
  }
  const timer = setInterval(sweep, sweepMs)
  timer.unref()

  return {
    /** Ends all that is open. */
    flush() {
      const all = [...open.values()]
      open.clear()
      for (const { request } of all) ended(request)
    },
    close() {
      clearInterval(timer)
      unsubscribe('http.server.request.start', onStart)
      unsubscribe('http.server.response.finish', onFinish)
    },
  }
}

const mostCharacters = 128
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const control = /[\u0000-\u001f\u007f-\u009f]/g

/** A header's value as a record may carry it. */
export function cleaned(value: unknown): string | undefined {
  return (typeof value === 'string' && value.replace(control, '').slice(0, mostCharacters)) || undefined
}

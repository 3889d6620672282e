import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { versions } from 'node:process'
import { isProxy } from 'node:util/types'
import type { Scope } from '../call.ts'
import type { LabelSet, WarnOnce } from '../model.ts'
import { keepBody } from './body.ts'
import { createRequest, enter, type Request, store } from './context.ts'
import { newSpanId, newTraceId } from './ids.ts'
import { routeOf } from './routes/route.ts'
import type { TellRoute } from './routes/route-patches.ts'
import type { Answer } from './served.ts'
import { parseTraceparent } from './traceparent.ts'

export const mostOpen = 10_000

interface IncomingParts {
  readonly idHeader: string
  readonly isForced: (headers: IncomingHttpHeaders) => boolean
  /** By the message of HTTP/1, or the headers of HTTP/2. */
  readonly labelsOf: (from: IncomingMessage | IncomingHttpHeaders) => LabelSet | undefined
  readonly begin: (request: Request, callerId: string | undefined) => Scope | undefined
  /** Told once of each request's end. */
  readonly end: (request: Request, scope: Scope | undefined, answer: Answer) => void
  /** What the outputs need of the moment in which a request is answered. */
  readonly capture: () => unknown
  readonly now: () => number
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** A request under way, by its response or its stream. */
interface Open {
  readonly request: Request
  readonly scope: Scope | undefined
  readonly method: string | undefined
  /** With HTTP/1. */
  readonly message?: IncomingMessage
  readonly socket?: Socket
  /** With HTTP/2, which tells the head of the answer apart from its end. */
  status?: number | undefined
  context?: unknown
}

/** A message of the HTTP server's channels. */
interface Http1 {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly socket: Socket
}
interface Http2 {
  readonly stream: ServerHttp2Stream
  readonly headers: IncomingHttpHeaders & { readonly ':status'?: number }
}
interface Fastify {
  readonly route?: { readonly url?: unknown }
  readonly reply?: { readonly raw?: unknown }
}

/** From Node 24 on the listeners of an HTTP/1 body are called outside of the request's context. */
const leavesBodies = Number.parseInt(versions.node, 10) >= 24

/** Follows every request of this thread's HTTP servers by what Node publishes of them; nothing is patched. */
export function followIncoming({
  idHeader,
  isForced,
  labelsOf,
  begin,
  end,
  capture,
  now,
  warnOnce,
  fault,
}: IncomingParts) {
  const open = new Map<ServerResponse | ServerHttp2Stream, Open>()
  const idName = idHeader.toLowerCase()

  const enterNew = (
    key: ServerResponse | ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    more: Pick<Open, 'method' | 'message' | 'socket'>,
  ) => {
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
    const request = createRequest({
      kind: 'http',
      traceId: parent?.traceId ?? newTraceId(),
      spanId: parent?.parentId ?? newSpanId(),
      begunAt: now(),
      requestId: cleaned(headers[idName]),
      labels: labelsOf(more.message ?? headers),
      forced: isForced(headers),
    })
    open.set(key, { request, scope: begin(request, parent?.parentId), ...more })
    if (more.message === undefined) keepBody(key as ServerHttp2Stream, store())
    else if (leavesBodies) keepBody(more.message, store())
  }
  const finish = (key: ServerResponse | ServerHttp2Stream, told: Pick<Answer, 'status' | 'aborted' | 'context'>) => {
    const found = open.get(key)
    if (found === undefined) return
    open.delete(key)
    const { request, scope, method, message } = found
    end(request, scope, { method, route: routeOf(request, scope && message, told.status), ...told })
  }
  let streamOf: ((response: unknown) => unknown) | undefined
  const tellRoute: TellRoute = (response, route) => {
    const found = open.get(response as ServerResponse) ?? open.get(streamOf?.(response) as ServerHttp2Stream)
    if (found?.scope !== undefined) found.request.route = route
  }
  /** Finds clients that went away: nothing is published of them with HTTP/1. */
  const sweep = () => {
    for (const [key, { socket }] of open)
      if (key.destroyed || key.closed || socket?.destroyed) finish(key, abortedAt(key))
  }

  // An error in a subscriber would be an uncaught exception of the application.
  const channels: [string, (message: unknown) => void][] = []
  const on = <M>(channel: string, run: (message: M) => void) => {
    const guarded = (message: unknown) => {
      try {
        run(message as M)
      } catch (error) {
        fault(error)
      }
    }
    channels.push([channel, guarded])
    subscribe(channel, guarded)
  }
  on<Http1>('http.server.request.start', ({ request, response, socket }) =>
    enterNew(response, request.headers, { method: request.method, message: request, socket }),
  )
  on<Http1>('http.server.response.finish', ({ response }) =>
    finish(response, { status: response.statusCode, aborted: false, context: capture() }),
  )
  // From Node 22 on.
  on<Http2>('http2.server.stream.start', ({ stream, headers }) => {
    streamOf ??= compileStreamOf()
    enterNew(stream, headers, { method: cleaned(headers[':method']) })
  })
  on<Http2>('http2.server.stream.finish', ({ stream, headers }) => {
    const found = open.get(stream)
    if (found === undefined) return
    found.status = headers[':status']
    found.context = capture()
  })
  on<Http2>('http2.server.stream.close', ({ stream }) => {
    const { status, context } = open.get(stream) ?? {}
    finish(stream, { status, aborted: stream.aborted, context })
  })
  // By Fastify 5.
  on<Fastify>('tracing:fastify.request.handler:start', ({ route, reply }) => {
    if (typeof route?.url === 'string') tellRoute(reply?.raw, route.url)
  })

  return {
    sweep,
    tellRoute,
    /** At exit: ends all that is open. */
    flush() {
      for (const key of [...open.keys()]) finish(key, abortedAt(key))
    },
    /** What is open is decided as it is; its clients are still there. */
    close() {
      for (const key of [...open.keys()]) finish(key, { ...abortedAt(key), aborted: false })
      for (const [channel, guarded] of channels) unsubscribe(channel, guarded)
    },
  }
}

/** Gives the stream of an HTTP/2 response by Node's own getter; the module is loaded, since a stream has begun. */
function compileStreamOf(): (response: unknown) => unknown {
  const { prototype } = process.getBuiltinModule('node:http2').Http2ServerResponse
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'stream') as { get(): unknown }
  return (response) =>
    typeof response === 'object' && response !== null && !isProxy(response)
      ? Reflect.apply(get, response, [])
      : undefined
}

function abortedAt(key: ServerResponse | ServerHttp2Stream) {
  const isBegun = 'statusCode' in key && key.headersSent
  return { status: isBegun ? key.statusCode : undefined, aborted: true, context: undefined }
}

const mostCharacters = 128
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const control = /[\u0000-\u001f\u007f-\u009f]/g

/** A header's value as a record may carry it. */
export function cleaned(value: unknown): string | undefined {
  return (typeof value === 'string' && value.replace(control, '').slice(0, mostCharacters)) || undefined
}

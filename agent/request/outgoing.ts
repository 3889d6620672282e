import { subscribe } from 'node:diagnostics_channel'
import type { Fn, Scope, Scopes } from '../call.ts'
import type { Point } from '../model.ts'
import { createStamp } from '../stamp.ts'
import {
  type CallNetwork,
  createCallNetwork,
  finish,
  leaveUntold,
  moveToPhase,
  type Tracked,
  track,
} from './call-timing.ts'
import {
  type HttpRequest,
  httpAttributes,
  lengthIn,
  type RequestAttributes,
  sentBytes,
  type UndiciRequest,
  undiciAttributes,
} from './request-attributes.ts'

export { metadataOf } from './request-attributes.ts'

/** A call under way, for its outgoing requests. */
export interface Networked {
  network?: CallNetwork | undefined
}

export interface OutgoingParts {
  /** The innermost profiled call here. */
  readonly current: () => Networked | undefined
  readonly now: () => number
  /** Hosts that the agent itself speaks to, as `URL.host` has them. */
  readonly agentOrigins: ReadonlySet<string>
  /** The point of each client, when `network` is a target, or was. */
  readonly points: Readonly<Partial<Record<Client, Point>>>
  readonly scopes: Pick<Scopes, 'begin' | 'end'>
  readonly fault: (error: unknown) => void
}
export type Client = 'undici' | 'http'

interface Outgoing extends Tracked {
  readonly attributes: RequestAttributes
  readonly scope: Scope | undefined
}

interface Message<R> {
  readonly request: R
  readonly response: {
    readonly statusCode?: number
    /** Names and values in turn, as undici has them and as node:http has them. */
    readonly headers?: unknown
    readonly rawHeaders?: unknown
    readonly complete: boolean
  }
  readonly chunk: { readonly length?: number }
  readonly error: unknown
}

/**
 * Follows outgoing HTTP requests by what undici (also Node's own, under fetch) and node:http publish, and nothing else:
 * their objects are neither listened to nor changed where anybody could see it. Requests of one call count together; when
 * `network` is a target, each is a record.
 */
export function followOutgoing({ current, now, agentOrigins, points, scopes, fault }: OutgoingParts): void {
  letDebugLogBegin(process.env.NODE_DEBUG)
  const known = createStamp<Outgoing>()
  // An error in a subscriber would be an uncaught exception of the application.
  const on = <R extends object>(channel: string, body: (message: Message<R>, at: number, from: Fn) => void) => {
    const heard = (message: unknown) => {
      try {
        body(message as Message<R>, now(), heard)
      } catch (error) {
        fault(error)
      }
    }
    subscribe(channel, heard)
  }
  const begin = <R>(
    client: Client,
    request: R & object,
    at: number,
    from: Fn,
    attributesOf: (request: R) => RequestAttributes,
  ) => {
    const point = points[client]
    const call = current()
    if (call === undefined && !point?.on) return undefined
    const attributes = attributesOf(request)
    if (agentOrigins.has(attributes.host)) return undefined
    const networks: CallNetwork[] = []
    if (call !== undefined) {
      call.network ??= createCallNetwork()
      networks.push(call.network)
    }
    const scope = point?.on ? scopes.begin(point, undefined, [attributes], from) : undefined
    const span = scope?.span as Networked | undefined
    if (span !== undefined) {
      span.network = createCallNetwork()
      networks.push(span.network)
    }
    if (networks.length === 0 && scope === undefined) return undefined
    const outgoing: Outgoing = { ...track(networks, scope?.start ?? at), attributes, scope }
    known.put(request, outgoing)
    return outgoing
  }
  const sent = (outgoing: Outgoing | undefined, at: number) => {
    if (outgoing?.phase === 'connect') moveToPhase(outgoing, 'first_byte', at)
  }
  const answered = (request: object, status: number | undefined, headers: unknown, at: number) => {
    const outgoing = known.of(request)
    if (outgoing?.phase === undefined || outgoing.phase === 'read') return undefined
    sent(outgoing, at)
    moveToPhase(outgoing, 'read', at)
    outgoing.status = status
    if (outgoing.scope === undefined) return outgoing
    const { attributes } = outgoing
    if (status !== undefined) attributes.status = status
    const bytes = attributes.method === 'HEAD' || status === 304 ? undefined : lengthIn(headers)
    if (bytes !== undefined) attributes.response_bytes = bytes
    return outgoing
  }
  const over = (outgoing: Outgoing | undefined, at: number, failed: boolean, error?: unknown) => {
    if (outgoing === undefined) return
    finish(outgoing, failed, at)
    record(outgoing, failed, error)
  }
  const record = ({ scope, attributes }: Outgoing, failed: boolean, error?: unknown) => {
    if (scope === undefined) return
    if (attributes.counted !== undefined) attributes.response_bytes ??= attributes.counted
    scopes.end(scope, undefined, failed, error)
  }

  on<UndiciRequest>('undici:request:create', ({ request }, at, from) => {
    // A tunnel is a part of connecting; what is upgraded has no end that is told.
    if (request.method !== 'CONNECT' && !request.upgrade) begin('undici', request, at, from, undiciAttributes)
  })
  on('undici:client:sendHeaders', ({ request }, at) => sent(known.of(request), at))
  // With HTTP/2 the older majors tell this alone.
  on('undici:request:bodySent', ({ request }, at) => sent(known.of(request), at))
  on('undici:request:headers', ({ request, response }, at) =>
    answered(request, response.statusCode, response.headers, at),
  )
  on('undici:request:bodyChunkReceived', ({ request, chunk }) => {
    const attributes = known.of(request)?.attributes
    if (attributes !== undefined) attributes.counted = (attributes.counted ?? 0) + (chunk.length ?? 0)
  })
  on('undici:request:trailers', ({ request }, at) => over(known.of(request), at, false))
  on('undici:request:error', ({ request, error }, at) => over(known.of(request), at, true, error))

  const made = (request: HttpRequest, at: number, from: Fn) =>
    request.method === 'CONNECT' || request.getHeader('upgrade') !== undefined
      ? undefined
      : begin('http', request, at, from, httpAttributes)
  on<HttpRequest>('http.client.request.created', ({ request }, at, from) => made(request, at, from))
  on<HttpRequest>('http.client.request.start', ({ request }, at, from) => {
    // Node 20 tells no making of a request, only this: all of it is written, or waits for the connection.
    const outgoing = known.of(request) ?? made(request, at, from)
    if (outgoing?.scope !== undefined) Object.assign(outgoing.attributes, sentBytes(request))
    sent(outgoing, at)
  })
  on('http.client.response.finish', ({ request, response }, at) => {
    // Despite its name, this is the answer's head.
    const outgoing = answered(request, response.statusCode, response.rawHeaders, at)
    if (outgoing === undefined) return
    leaveUntold(outgoing, response, at)
    record(outgoing, false)
  })
  on('http.client.request.error', ({ request, error }, at) => over(known.of(request), at, true, error))
}

/**
 * undici begins its debug log when it is loaded, from 7 on only where nobody listens yet. So Node's own is loaded before we
 * do, and logs for all; that of Node 20 and 22 does not ask.
 */
function letDebugLogBegin(sections = ''): void {
  const asks = Number.parseInt(process.versions.node, 10) > 22
  if (asks && /undici|fetch|websocket|\*/i.test(sections)) void globalThis.Headers
}

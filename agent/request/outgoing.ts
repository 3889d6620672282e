import { subscribe } from 'node:diagnostics_channel'
import type { Fn, Scope, Scopes } from '../call.ts'
import type { Point } from '../model.ts'
import { createStamp } from '../stamp.ts'
import { letDebugLogBegin } from '../undici-log.ts'
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
  /** Its own record, when `network` is a target. */
  readonly recorded: { readonly scope: Scope; readonly attributes: RequestAttributes } | undefined
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
  const on = <R extends object>(channel: string, body: (message: Message<R>, from: Fn) => void) => {
    const heard = (message: unknown) => {
      try {
        body(message as Message<R>, heard)
      } catch (error) {
        fault(error)
      }
    }
    subscribe(channel, heard)
  }
  const begin = <R>(
    client: Client,
    request: R & object,
    from: Fn,
    attributesOf: (request: R) => RequestAttributes,
    told?: number,
  ) => {
    const point = points[client]
    const call = current()
    if (call === undefined && !point?.on) return undefined
    const at = told ?? now()
    // Most need no attributes, which take longer to read than all else here.
    const attributes = point?.on || agentOrigins.size > 0 ? attributesOf(request) : undefined
    if (attributes !== undefined && agentOrigins.has(attributes.host)) return undefined
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
    const recorded = scope && attributes && { scope, attributes }
    if (recorded !== undefined && client === 'undici') countBytes()
    const outgoing: Outgoing = { ...track(networks, scope?.start ?? at), recorded }
    known.put(request, outgoing)
    return outgoing
  }
  const sent = (outgoing: Outgoing | undefined, at?: number) => {
    if (outgoing?.phase === 'connect') moveToPhase(outgoing, 'first_byte', at ?? now())
  }
  const answered = (outgoing: Outgoing | undefined, status: number | undefined, headers: unknown) => {
    if (outgoing?.phase === undefined || outgoing.phase === 'read') return undefined
    const at = now()
    sent(outgoing, at)
    moveToPhase(outgoing, 'read', at)
    outgoing.status = status
    if (outgoing.recorded === undefined) return at
    const { attributes } = outgoing.recorded
    if (status !== undefined) attributes.status = status
    const bytes = attributes.method === 'HEAD' || status === 304 ? undefined : lengthIn(headers)
    if (bytes !== undefined) attributes.response_bytes = bytes
    return at
  }
  const over = (outgoing: Outgoing | undefined, failed: boolean, error?: unknown) => {
    if (outgoing === undefined) return
    finish(outgoing, failed, now())
    record(outgoing, failed, error)
  }
  const record = ({ recorded }: Outgoing, failed: boolean, error?: unknown) => {
    if (recorded === undefined) return
    const { scope, attributes } = recorded
    if (attributes.counted !== undefined) attributes.response_bytes ??= attributes.counted
    scopes.end(scope, undefined, failed, error)
  }
  let counts = false
  /** Told of each part of each answer, so not without need. */
  const countBytes = () => {
    if (counts) return
    counts = true
    on('undici:request:bodyChunkReceived', ({ request, chunk }) => {
      const attributes = known.of(request)?.recorded?.attributes
      if (attributes !== undefined) attributes.counted = (attributes.counted ?? 0) + (chunk.length ?? 0)
    })
  }

  on<UndiciRequest>('undici:request:create', ({ request }, from) => {
    // A tunnel is a part of connecting; what is upgraded has no end that is reported.
    if (request.method !== 'CONNECT' && !request.upgrade) begin('undici', request, from, undiciAttributes)
  })
  on('undici:client:sendHeaders', ({ request }) => sent(known.of(request)))
  // With HTTP/2 the older majors tell this alone.
  on('undici:request:bodySent', ({ request }) => sent(known.of(request)))
  on('undici:request:headers', ({ request, response }) => {
    answered(known.of(request), response.statusCode, response.headers)
  })
  on('undici:request:trailers', ({ request }) => over(known.of(request), false))
  on('undici:request:error', ({ request, error }) => over(known.of(request), true, error))

  const made = (request: HttpRequest, from: Fn, at?: number) =>
    request.method === 'CONNECT' || request.getHeader('upgrade') !== undefined
      ? undefined
      : begin('http', request, from, httpAttributes, at)
  on<HttpRequest>('http.client.request.created', ({ request }, from) => made(request, from))
  on<HttpRequest>('http.client.request.start', ({ request }, from) => {
    // Node 20 tells no making of a request, only this: all of it is written, or waits for the connection.
    const at = now()
    const outgoing = known.of(request) ?? made(request, from, at)
    if (outgoing?.recorded !== undefined) Object.assign(outgoing.recorded.attributes, sentBytes(request))
    sent(outgoing, at)
  })
  on('http.client.response.finish', ({ request, response }) => {
    // Despite its name, this is the answer's head.
    const outgoing = known.of(request)
    const at = answered(outgoing, response.statusCode, response.rawHeaders)
    if (outgoing === undefined || at === undefined) return
    leaveUntold(outgoing, response, at)
    record(outgoing, false)
  })
  on('http.client.request.error', ({ request, error }) => over(known.of(request), true, error))
}

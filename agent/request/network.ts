import { subscribe } from 'node:diagnostics_channel'
import type { Metadata, Point } from '../model.ts'
import type { Scope, Scopes } from '../scope/scope.ts'
import { type CallNetwork, createCallNetwork, finish, leaveUntold, move, type Tracked, track } from './call-network.ts'

/** What has outgoing requests of its own: a call under way. */
export interface Networked {
  network?: CallNetwork | undefined
}

export interface NetworkParts {
  /** The innermost profiled call here. */
  readonly current: () => Networked | undefined
  readonly now: () => number
  /** Hosts that the agent itself speaks to, as `URL.host` has them. */
  readonly ownOrigins: ReadonlySet<string>
  /** Where `network` is a target, or was. */
  readonly points: Readonly<Partial<Record<Client, Point>>>
  readonly scopes: Pick<Scopes, 'begin' | 'end'>
  readonly fault: (error: unknown) => void
}
export type Client = 'undici' | 'http'

/** What a record says of a request. Nothing else is kept: no path, query, header or body. */
interface Facts {
  readonly method: string
  readonly host: string
  status?: number
  readonly request_bytes?: number
  response_bytes?: number
  counted?: number
}
interface Outgoing extends Tracked {
  readonly facts: Facts
  readonly scope: Scope | undefined
}

/** As far as it is read, and the same in the undici package's majors 5 to 8. */
interface UndiciRequest {
  readonly origin?: string | URL
  readonly method?: string
  readonly contentLength?: number | null
  readonly upgrade?: unknown
}
interface HttpRequest {
  readonly method?: string
  readonly host?: string
  getHeader(name: string): unknown
  readonly _contentLength?: unknown
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

const longest = 128

/**
 * Follows outgoing HTTP requests by what undici (also Node's own, under fetch) and node:http publish, and nothing else:
 * their objects are neither changed nor listened to. Requests of one call count together; where `network` is a target,
 * each is a record.
 */
export function createNetwork({ current, now, ownOrigins, points, scopes, fault }: NetworkParts): void {
  const known = new WeakMap<object, Outgoing>()
  // What throws in a subscriber is an uncaught exception of the application.
  const on = <R extends object>(channel: string, body: (message: Message<R>, at: number) => void) =>
    subscribe(channel, (message) => {
      try {
        body(message as Message<R>, now())
      } catch (error) {
        fault(error)
      }
    })
  const begin = <R extends object>(client: Client, request: R, at: number, factsOf: (request: R) => Facts) => {
    const point = points[client]
    const call = current()
    if (call === undefined && !point?.on) return undefined
    const facts = factsOf(request)
    if (ownOrigins.has(facts.host)) return undefined
    const networks: CallNetwork[] = []
    if (call !== undefined) {
      call.network ??= createCallNetwork()
      networks.push(call.network)
    }
    const scope = point?.on ? scopes.begin(point, undefined, [facts]) : undefined
    const span = scope?.span as Networked | undefined
    if (span !== undefined) {
      span.network = createCallNetwork()
      networks.push(span.network)
    }
    if (networks.length === 0 && scope === undefined) return undefined
    const outgoing: Outgoing = { ...track(networks, scope?.start ?? at), facts, scope }
    known.set(request, outgoing)
    return outgoing
  }
  const sent = (outgoing: Outgoing | undefined, at: number) => {
    if (outgoing?.phase === 'connect') move(outgoing, 'first_byte', at)
  }
  const answered = (request: object, status: number | undefined, headers: unknown, at: number) => {
    const outgoing = known.get(request)
    if (outgoing?.phase === undefined || outgoing.phase === 'read') return undefined
    sent(outgoing, at)
    move(outgoing, 'read', at)
    outgoing.status = status
    if (outgoing.scope === undefined) return outgoing
    const { facts } = outgoing
    if (status !== undefined) facts.status = status
    const bytes = facts.method === 'HEAD' || status === 304 ? undefined : lengthIn(headers)
    if (bytes !== undefined) facts.response_bytes = bytes
    return outgoing
  }
  const over = (outgoing: Outgoing | undefined, at: number, failed: boolean, error?: unknown) => {
    if (outgoing === undefined) return
    finish(outgoing, failed, at)
    record(outgoing, failed, error)
  }
  const record = ({ scope, facts }: Outgoing, failed: boolean, error?: unknown) => {
    if (scope === undefined) return
    if (facts.counted !== undefined) facts.response_bytes ??= facts.counted
    scopes.end(scope, undefined, failed, error)
  }

  on<UndiciRequest>('undici:request:create', ({ request }, at) => {
    // A tunnel is a part of connecting; what is upgraded has no end that is told.
    if (request.method !== 'CONNECT' && !request.upgrade) begin('undici', request, at, undiciFacts)
  })
  on('undici:client:sendHeaders', ({ request }, at) => sent(known.get(request), at))
  // With HTTP/2 the older majors tell this alone.
  on('undici:request:bodySent', ({ request }, at) => sent(known.get(request), at))
  on('undici:request:headers', ({ request, response }, at) =>
    answered(request, response.statusCode, response.headers, at),
  )
  on('undici:request:bodyChunkReceived', ({ request, chunk }) => {
    const facts = known.get(request)?.facts
    if (facts !== undefined) facts.counted = (facts.counted ?? 0) + (chunk.length ?? 0)
  })
  on('undici:request:trailers', ({ request }, at) => over(known.get(request), at, false))
  on('undici:request:error', ({ request, error }, at) => over(known.get(request), at, true, error))

  const made = (request: HttpRequest, at: number) =>
    request.method === 'CONNECT' || request.getHeader('upgrade') !== undefined
      ? undefined
      : begin('http', request, at, httpFacts)
  on<HttpRequest>('http.client.request.created', ({ request }, at) => made(request, at))
  on<HttpRequest>('http.client.request.start', ({ request }, at) => {
    // Node 20 tells no making of a request, only this: all of it is written, or waits for the connection.
    const outgoing = known.get(request) ?? made(request, at)
    const bytes = outgoing?.scope && (numeric(request.getHeader('content-length')) ?? numeric(request._contentLength))
    if (bytes !== undefined) Object.assign(outgoing?.facts ?? {}, { request_bytes: bytes })
    sent(outgoing, at)
  })
  on('http.client.response.finish', ({ request, response }, at) => {
    // Despite its name, this is the answer's head.
    const outgoing = answered(request, response.statusCode, response.rawHeaders, at)
    if (outgoing === undefined) return
    leaveUntold(outgoing, response, at)
    record(outgoing, false)
  })
  on('http.client.request.error', ({ request, error }, at) => over(known.get(request), at, true, error))
}

/** For a point's `read`: the facts of the request that it was begun with. */
export function metadataOf(facts: unknown): Metadata {
  const { counted: _, ...metadata } = facts as Facts
  return { ...metadata }
}

function undiciFacts({ origin, method, contentLength }: UndiciRequest): Facts {
  const host = origin === undefined ? '' : new URL(origin).host
  const bytes = numeric(contentLength)
  return { method: cut(method), host: cut(host), ...(bytes !== undefined && { request_bytes: bytes }) }
}

function httpFacts(request: HttpRequest): Facts {
  return { method: cut(request.method), host: cut(request.getHeader('host') ?? request.host).toLowerCase() }
}

/** The content-length in a list of names and values, strings or buffers. */
function lengthIn(headers: unknown): number | undefined {
  if (!Array.isArray(headers)) return undefined
  for (let i = 0; i + 1 < headers.length; i += 2)
    if (headers[i].length === 14 && String(headers[i]).toLowerCase() === 'content-length')
      return numeric(String(headers[i + 1]))
  return undefined
}

function numeric(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

const cut = (value: unknown) => String(value ?? '').slice(0, longest)

import type { Metadata } from '../model.ts'

/** The metadata of a request's record. Nothing else is kept: no path, query, header or body. */
export interface RequestAttributes {
  readonly method: string
  readonly host: string
  status?: number
  readonly request_bytes?: number
  response_bytes?: number
  counted?: number
}
/** The fields that are read; the same in the undici package's majors 5 to 8. */
export interface UndiciRequest {
  readonly origin?: string | URL
  readonly method?: string
  readonly contentLength?: number | null
  readonly upgrade?: unknown
}
export interface HttpRequest {
  readonly method?: string
  readonly host?: string
  getHeader(name: string): unknown
  readonly _contentLength?: unknown
}
const longest = 128
const mostHosts = 256

/** For a point's `read`: the attributes of the request that the scope was begun with. */
export function metadataOf(attributes: unknown): Metadata {
  const { counted: _, ...metadata } = attributes as RequestAttributes
  return { ...metadata }
}

export function undiciAttributes({ origin, method, contentLength }: UndiciRequest): RequestAttributes {
  const host = hostOf(originOf(origin))
  const bytes = numeric(contentLength)
  return { method: cut(method), host: cut(host), ...(bytes !== undefined && { request_bytes: bytes }) }
}

/** Node's own getter: the application's `toString` is not ours to run. */
const { get: getOrigin } = Object.getOwnPropertyDescriptor(URL.prototype, 'origin') as { get(): string }
function originOf(origin: unknown): string {
  if (typeof origin === 'string') return origin
  try {
    return Reflect.apply(getOrigin, origin, [])
  } catch {
    return '' // It is not a URL.
  }
}

const hosts = new Map<string, string>()
/** Parsed once an origin: that costs more than all the rest. */
function hostOf(origin: string): string {
  const known = hosts.get(origin)
  if (known !== undefined) return known
  const found = origin === '' ? '' : new URL(origin).host
  if (hosts.size < mostHosts) hosts.set(origin, found)
  return found
}

export function httpAttributes(request: HttpRequest): RequestAttributes {
  return { method: cut(request.method), host: (cut(request.getHeader('host')) || cut(request.host)).toLowerCase() }
}

/** Known when all of the request is written, or waits to be. */
export function sentBytes(request: HttpRequest): Pick<RequestAttributes, 'request_bytes'> {
  const bytes = numeric(request.getHeader('content-length')) ?? numeric(request._contentLength)
  return bytes === undefined ? {} : { request_bytes: bytes }
}

/** The content-length in a list of names and values, strings or buffers. */
export function lengthIn(headers: unknown): number | undefined {
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

const cut = (value: unknown) => (typeof value === 'string' ? value.slice(0, longest) : '')

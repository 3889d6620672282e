// Node's own, which an application can't have replaced.
import { URL, URLSearchParams } from 'node:url'
import { wires } from '../../instrumentations/wire/services.ts'
import type { Fn } from '../call.ts'
import type { Point } from '../model.ts'
import { createStamp } from '../stamp.ts'
import { type Asked, addressIn, askedByFetch, askedOfHttp, askedOfUndici } from './asked.ts'
import { createBodies } from './bodies.ts'
import type { Exchange, WireParts } from './exchange.ts'
import { createServices, type Service, type WireRequest } from './services.ts'

export type WireCalls = ReturnType<typeof createWireCalls>

/** A call of `fetch` that the channel of its request is to find; `exchange` is undefined for one that is not counted. */
interface Claim {
  readonly exchange: Exchange | undefined
}

/** How long the record of an answer waits for the application to read it, which tells the tokens. */
const patienceMs = 1000
const mostOrigins = 256

/** Counts requests to services that no patched library tells of. Its functions never throw. */
export function createWireCalls(parts: WireParts) {
  const { scopes, isAccounted, classes, observe, now, soon, later, fault } = parts
  const serviceAt = createServices({ wires, hosts: parts.hosts, compile: parts.compile })
  const origins = new Map<string, boolean>()
  /** False where no service is: most requests of a process need no more than this. */
  const mayBe = (address: string | undefined): boolean => {
    const origin = /^https?:\/\/[^/?#\\]+/i.exec(address ?? '')?.[0]
    if (origin === undefined) return true
    const known = origins.get(origin)
    if (known !== undefined) return known
    const found = !URL.canParse(origin) || serviceAt(new URL(origin).host) !== undefined
    if (origins.size >= mostOrigins) origins.clear()
    origins.set(origin, found)
    return found
  }
  const claims = new Map<string, Claim[]>()
  const exchanges = createStamp<Exchange>()
  const held = new Set<Exchange>()

  const begin = (service: Service, asked: Asked, from: Fn): Exchange | undefined => {
    const { points = [], params = {} } = routeIn(service, asked) ?? {}
    // What a patched library asks is the rule, so its body is not parsed.
    const isWanted = ({ on, target }: Point) => on && !isAccounted(service, target, asked.header)
    if (!points.some(isWanted)) return undefined
    const request = requestOf(asked, params)
    const point = points.find(({ when }) => when === undefined || when({ self: undefined, args: [request] }))
    if (point === undefined || !isWanted(point)) return undefined
    const scope = scopes.begin(point, undefined, [request], from)
    return scope && { scope, reading: false, isJson: false, answered: false, overAt: undefined, ended: false }
  }
  const end = (exchange: Exchange, result: unknown, failed: boolean, error: unknown) => {
    if (exchange.ended) return
    exchange.ended = true
    held.delete(exchange)
    const { scope, overAt } = exchange
    if (overAt !== undefined) {
      scope.over = overAt
      scope.idleMs += Math.max(0, now() - overAt)
      scope.span?.resume()
    }
    scopes.end(scope, result, failed, error)
  }
  const refused = (exchange: Exchange, status: unknown) => {
    if (typeof status !== 'number' || status < 400) return false
    end(exchange, undefined, true, new HttpError(status))
    return true
  }
  /** Its last byte is there. If the application has not begun to read it, it may yet. */
  const over = (exchange: Exchange) => {
    if (exchange.ended || exchange.overAt !== undefined) return
    exchange.overAt = now()
    exchange.scope.span?.pause(exchange.scope.start)
    if (exchange.reading) return
    held.add(exchange)
    const unlessRead = () => {
      if (!exchange.reading) end(exchange, undefined, false, undefined)
    }
    soon(() => (exchange.isJson ? later(unlessRead, patienceMs) : unlessRead()))
  }
  const bodies = createBodies({
    ...parts,
    begun: (exchange) => {
      exchange.reading = true
    },
    read: (exchange, value) => end(exchange, value, false, undefined),
    failed: (exchange, error) => end(exchange, undefined, true, error),
  })
  const answered = (exchange: Exchange, response: unknown) => {
    const { status, isJson } = bodies.watch(response, exchange)
    if (refused(exchange, status)) return
    exchange.isJson = isJson
    exchange.answered = true
    // Nothing has told of its request, as behind a fake.
    if (exchange.overAt === undefined && !isClaimed.of(exchange)) over(exchange)
  }
  const isClaimed = createStamp<true>()
  const claimed = (key: string) => {
    const waiting = claims.get(key)
    const claim = waiting?.shift()
    if (waiting?.length === 0) claims.delete(key)
    return claim
  }
  const withdraw = (key: string, claim: Claim) => {
    const left = claims.get(key)?.filter((one) => one !== claim)
    if (left === undefined || left.length === 0) claims.delete(key)
    else claims.set(key, left)
  }
  const guarded = <R>(run: () => R): R | undefined => {
    try {
      return run()
    } catch (error) {
      fault(error)
      return undefined
    }
  }

  return {
    /** A call of the global `fetch`. */
    fetched(original: Fn, self: unknown, args: ArrayLike<unknown>, from: Fn): unknown {
      if (!mayBe(addressIn(args[0]))) return Reflect.apply(original, self, args)
      const asked = guarded(() => askedByFetch(args, classes))
      const service = asked && serviceAt(asked.host)
      if (asked === undefined || service === undefined) return Reflect.apply(original, self, args)
      const exchange = guarded(() => begin(service, asked, from))
      const [key, claim] = [keyOf(asked.method, asked.host, asked.path), { exchange }]
      claims.set(key, [...(claims.get(key) ?? []), claim])
      const settled = () => withdraw(key, claim)
      try {
        const { scope } = exchange ?? {}
        const promise =
          scope?.span === undefined
            ? Reflect.apply(original, self, args)
            : scope.span.run(original, self, args, scope.start)
        if (exchange === undefined) return observe(promise, undefined, settled, settled)
        return observe(
          promise,
          exchange,
          (exchange, response) => {
            settled()
            guarded(() => answered(exchange, response))
          },
          (exchange, error) => {
            settled()
            end(exchange, undefined, true, error)
          },
        )
      } catch (error) {
        settled()
        if (exchange !== undefined) end(exchange, undefined, true, error)
        throw error
      }
    },
    /** Requests of undici, also those that `fetch` makes. */
    undiciCreated(request: object, origin: string, from: Fn): void {
      if (!mayBe(origin)) return
      const asked = askedOfUndici(request, origin)
      const service = asked && serviceAt(asked.host)
      if (asked === undefined || service === undefined) return
      const claim = claimed(keyOf(asked.method, asked.host, asked.path))
      const exchange = claim === undefined ? begin(service, asked, from) : claim.exchange
      if (exchange === undefined) return
      if (claim !== undefined) isClaimed.put(exchange, true)
      exchanges.put(request, exchange)
    },
    headers(request: object, status: unknown): void {
      const exchange = exchanges.of(request)
      if (exchange !== undefined && !isClaimed.of(exchange)) refused(exchange, status)
    },
    trailers(request: object): void {
      const exchange = exchanges.of(request)
      if (exchange !== undefined) over(exchange)
    },
    failed(request: object, error: unknown): void {
      const exchange = exchanges.of(request)
      if (exchange === undefined) return
      // What the application waits for, `fetch` or the answer's body, is rejected with the error that it sees.
      if (isClaimed.of(exchange) && (!exchange.answered || exchange.reading)) return
      end(exchange, undefined, true, error)
    },
    httpCreated(request: Parameters<typeof askedOfHttp>[0], from: Fn): void {
      if (exchanges.of(request) !== undefined) return
      const asked = askedOfHttp(request)
      const service = asked && serviceAt(asked.host)
      const exchange = asked && service && begin(service, asked, from)
      if (exchange !== undefined) exchanges.put(request, exchange)
    },
    /** The head of an answer, which is all that node:http tells of it. */
    httpAnswered(request: object, status: unknown): void {
      const exchange = exchanges.of(request)
      if (exchange !== undefined && !refused(exchange, status)) end(exchange, undefined, false, undefined)
    },
    /** At exit: nobody reads what waits. */
    flush(): void {
      for (const exchange of held) end(exchange, undefined, false, undefined)
    },
  }
}

/** An answer that refuses; `status` is its HTTP status. */
class HttpError {
  // The chunk is minified, and records have the class's name.
  static {
    Object.defineProperty(HttpError, 'name', { value: 'HttpError' })
  }
  readonly status: number
  constructor(status: number) {
    this.status = status
  }
}

const keyOf = (method: string, host: string, path: string) => `${method} ${host}${path}`

/** The calls of a service that a request may be, by its path. */
function routeIn({ calls }: Service, asked: Asked) {
  for (const { route, points } of calls) {
    const params = route.match(asked.method, asked.path)
    if (params !== undefined) return { points, params }
  }
  return undefined
}

const requestOf = ({ host, search, body }: Asked, params: WireRequest['params']): WireRequest => ({
  ...{ host, url: `https://${host}`, params },
  query: Object.fromEntries(new URLSearchParams(search)),
  body: parsed(body),
})

function parsed(text: string | undefined): unknown {
  if (text === undefined || !/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

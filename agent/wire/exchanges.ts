// Node's own, which an application can't have replaced.
import { URLSearchParams } from 'node:url'
import type { Fn } from '../call.ts'
import type { Point } from '../model.ts'
import type { Asked } from './asked.ts'
import type { Exchange, WireParts } from './exchange.ts'
import type { Service, WireRequest } from './services.ts'

type Parts = Pick<WireParts, 'scopes' | 'isAccounted' | 'now' | 'soon' | 'later'>

/** How long the record of an answer waits for the application to read it, which tells the tokens. */
const patienceMs = 1000

/** Begins and ends the calls that are counted. */
export function createExchanges({ scopes, isAccounted, now, soon, later }: Parts) {
  const held = new Set<Exchange>()

  /** Undefined for a request that is no call, or that is not to be counted. */
  const begin = (service: Service, asked: Asked, from: Fn, byFetch: boolean): Exchange | undefined => {
    const { points = [], params = {} } = routeIn(service, asked) ?? {}
    // What a patched library asks is the rule, so its body is not parsed.
    const isWanted = ({ on, target }: Point) => on && !isAccounted(service, target, asked.header)
    if (!points.some(isWanted)) return undefined
    const request = requestOf(asked, params)
    const point = points.find(({ when }) => when === undefined || when({ self: undefined, args: [request] }))
    if (point === undefined || !isWanted(point)) return undefined
    const scope = scopes.begin(point, undefined, [request], from)
    return (
      scope && {
        ...{ scope, byFetch, found: false, reading: false, isJson: false, isTaken: undefined, answered: false },
        ...{ overAt: undefined, ended: false },
      }
    )
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
  const succeed = (exchange: Exchange) => end(exchange, undefined, false, undefined)
  /** Nothing more of it is waited for; it ends later, or goes on. */
  const hold = (exchange: Exchange) => {
    exchange.overAt = now()
    exchange.scope.span?.pause(exchange.scope.start)
    held.add(exchange)
  }

  return {
    begin,
    end,
    succeed,
    refused(exchange: Exchange, status: unknown): boolean {
      if (typeof status !== 'number' || status < 400) return false
      end(exchange, undefined, true, new HttpError(status))
      return true
    },
    /** Its last byte is there. If the application has not begun to read it, it may yet. */
    over(exchange: Exchange): void {
      if (exchange.ended || exchange.overAt !== undefined) return
      hold(exchange)
      if (exchange.reading) return
      const unlessRead = () => {
        if (!exchange.reading) succeed(exchange)
      }
      soon(() => (exchange.isJson && exchange.isTaken?.() !== true ? later(unlessRead, patienceMs) : unlessRead()))
    },
    /** Its answer sends on who follows it. */
    sentOn: hold,
    /** Who follows it does so at once; on Node 20 a request of node:http is told of when its body is sent. */
    unlessFollowed(exchange: Exchange, isLost: () => boolean, byHttp: boolean): void {
      const unless = () => {
        if (isLost()) succeed(exchange)
      }
      if (byHttp) later(unless, patienceMs)
      else soon(unless)
    },
    /** Somebody has followed. */
    goesOn(exchange: Exchange): void {
      if (exchange.overAt === undefined) return
      exchange.overAt = undefined
      held.delete(exchange)
      exchange.scope.span?.resume()
    },
    /** At exit: nobody reads what waits. */
    flush(): void {
      for (const exchange of held) succeed(exchange)
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

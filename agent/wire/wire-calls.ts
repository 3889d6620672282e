import { wires } from '../../instrumentations/wire/services.ts'
import type { Fn } from '../call.ts'
import { createStamp } from '../stamp.ts'
import { type Asked, addressIn, askedByFetch, askedOfHttp, askedOfUndici, headerIn } from './asked.ts'
import { createBodies } from './bodies.ts'
import { type Claim, createClaims, keyOf } from './claims.ts'
import type { Exchange, WireParts } from './exchange.ts'
import { createExchanges } from './exchanges.ts'
import { isRedirect, redirectOf } from './redirect.ts'
import { createServices } from './services.ts'

export { wireNames } from './names.ts'

export type WireCalls = ReturnType<typeof createWireCalls>

/** Counts requests to services that no patched library tells of. Its functions never throw. */
export function createWireCalls(parts: WireParts) {
  const { classes, observe, fault } = parts
  const services = createServices({ wires, hosts: parts.hosts, compile: parts.compile })
  const exchanges = createExchanges(parts)
  const claims = createClaims()
  /** The calls of requests that channels tell of; of one that was sent on, that which went on. */
  const callOf = createStamp<Claim | undefined>()
  const leftBy = createStamp<Claim>()
  const bodies = createBodies({
    ...parts,
    begun: (exchange) => {
      exchange.reading = true
    },
    read: (exchange, value) => exchanges.end(exchange, value, false, undefined),
    failed: (exchange, error) => exchanges.end(exchange, undefined, true, error),
  })

  const answered = (exchange: Exchange, response: unknown) => {
    const { status, isJson, isTaken } = bodies.watch(response, exchange)
    if (exchanges.refused(exchange, status)) return
    Object.assign(exchange, { isJson, isTaken, answered: true })
    // Nothing has told of its request, as behind a fake.
    if (!exchange.found) exchanges.over(exchange)
  }
  const guarded = <R>(run: () => R): R | undefined => {
    try {
      return run()
    } catch (error) {
      fault(error)
      return undefined
    }
  }
  /** A channel tells of a request: it belongs to a call that waits for it, or is one itself. */
  const created = (request: object, asked: Asked | undefined, from: Fn) => {
    if (asked === undefined) return
    const waiting = claims.isEmpty() ? undefined : claims.take(keyOf(asked.method, asked.host, asked.path))
    const service = waiting === undefined ? services.at(asked.host) : undefined
    const exchange = waiting === undefined ? service && exchanges.begin(service, asked, from, false) : waiting.exchange
    if (exchange !== undefined) {
      exchange.found = true
      exchanges.goesOn(exchange)
    }
    // Of one that is not counted, what follows it is not, either.
    const claim = waiting ?? (exchange && { exchange, key: undefined })
    if (claim !== undefined) callOf.put(request, claim)
  }
  /** True where the answer sends on whoever follows it: the next request belongs to the same call. */
  const sentOn = (request: object, asked: () => Asked | undefined, status: unknown, location: () => unknown) => {
    const claim = callOf.of(request)
    if (claim === undefined || !isRedirect(status)) return false
    const [from, to] = [asked(), location()]
    const next = from && redirectOf(from, status, typeof to === 'string' ? to : undefined)
    if (next === undefined) return false
    callOf.put(request, undefined)
    leftBy.put(request, claim)
    claims.put(claim, next)
    const { exchange } = claim
    if (exchange !== undefined) exchange.found = false
    if (exchange?.byFetch === false) exchanges.sentOn(exchange)
    return true
  }
  /** A request that was sent on has ended: who follows does it by now, but for `fetch`, which tells its end itself. */
  const left = (request: object, byHttp = false) => {
    const claim = leftBy.of(request)
    const { exchange } = claim ?? {}
    if (claim !== undefined && exchange?.byFetch === false)
      exchanges.unlessFollowed(exchange, () => claims.withdraw(claim), byHttp)
  }

  return {
    refresh: services.refresh,
    flush: exchanges.flush,
    /** A call of the global `fetch`. */
    fetched(original: Fn, self: unknown, args: ArrayLike<unknown>, from: Fn): unknown {
      if (!services.mayBe(addressIn(args[0], classes))) return Reflect.apply(original, self, args)
      const asked = guarded(() => askedByFetch(args, classes))
      const service = asked && services.at(asked.host)
      if (asked === undefined || service === undefined) return Reflect.apply(original, self, args)
      const exchange = guarded(() => exchanges.begin(service, asked, from, true))
      const claim: Claim = { exchange, key: undefined }
      claims.put(claim, keyOf(asked.method, asked.host, asked.path))
      const settled = () => void claims.withdraw(claim)
      const failed = (error: unknown) => {
        settled()
        if (exchange !== undefined) exchanges.end(exchange, undefined, true, error)
      }
      try {
        const { scope } = exchange ?? {}
        const promise =
          scope?.span === undefined
            ? Reflect.apply(original, self, args)
            : scope.span.run(original, self, args, scope.start)
        if (exchange === undefined) return observe(promise, undefined, settled, settled)
        const ok = (exchange: Exchange, response: unknown) => {
          settled()
          guarded(() => answered(exchange, response))
        }
        return observe(promise, exchange, ok, (_, error) => failed(error))
      } catch (error) {
        failed(error)
        throw error
      }
    },
    /** Requests of undici, also those that `fetch` makes. */
    undiciCreated(request: object, origin: string, from: Fn): void {
      if (services.mayBe(origin) || !claims.isEmpty()) created(request, askedOfUndici(request, origin), from)
    },
    headers(request: object, origin: string, status: unknown, headers: unknown): void {
      const exchange = callOf.of(request)?.exchange
      const asked = () => askedOfUndici(request, origin)
      if (sentOn(request, asked, status, () => headerIn(headers, 'location'))) return
      if (exchange?.byFetch === false) exchanges.refused(exchange, status)
    },
    trailers(request: object): void {
      const exchange = callOf.of(request)?.exchange
      if (exchange === undefined) left(request)
      else exchanges.over(exchange)
    },
    failed(request: object, error: unknown): void {
      const exchange = callOf.of(request)?.exchange
      // What the application waits for, `fetch` or the answer's body, is rejected with the error that it sees.
      const isSeen = exchange?.byFetch && (!exchange.answered || exchange.reading)
      if (exchange === undefined) left(request)
      else if (!isSeen) exchanges.end(exchange, undefined, true, error)
    },
    httpCreated(request: Parameters<typeof askedOfHttp>[0], from: Fn): void {
      if (callOf.of(request) !== undefined) return
      const origin = `${request.protocol}//${request.getHeader('host')}`
      if (services.mayBe(origin) || !claims.isEmpty()) created(request, askedOfHttp(request), from)
    },
    /** The head of an answer, which is all that node:http tells of it. */
    httpAnswered(request: Parameters<typeof askedOfHttp>[0], status: unknown, location: () => unknown): void {
      const exchange = callOf.of(request)?.exchange
      if (sentOn(request, () => askedOfHttp(request), status, location)) left(request, true)
      else if (exchange !== undefined && !exchanges.refused(exchange, status)) exchanges.succeed(exchange)
    },
  }
}

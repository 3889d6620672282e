import { isPromise } from 'node:util/types'
import type { Scopes } from './call.ts'
import { chunk } from './chunk.ts'
import { now } from './clock.ts'
import type { Config } from './config/schema.ts'
import { textOf } from './diagnostics.ts'
import { isTargeted } from './filter/targets.ts'
import { thresholdOf } from './filter/threshold.ts'
import type { Ledger } from './ledger.ts'
import { manualLibrary } from './manifest.ts'
import type { Point, WarnOnce } from './model.ts'
import { imitate } from './replace/imitate.ts'
import { isWhole, observe } from './scope/ending/promise.ts'
import { compilePoint } from './scope/point.ts'
import { letDebugLogBegin } from './undici-log.ts'
import { listen } from './wire/channels.ts'
import type { WireParts } from './wire/exchange.ts'
import { replaceFetch } from './wire/global-fetch.ts'
import { rememberClasses } from './wire/own-classes.ts'
import type { WireCalls } from './wire/wire-calls.ts'

type WireConfig = Pick<Config, 'enabled' | 'targets' | 'thresholds' | 'wire' | 'wire_hosts'>

interface Parts {
  readonly config: WireConfig
  readonly scopes: Scopes
  readonly ledger: Ledger
  /** The user's entries. */
  readonly userEntries: readonly { readonly name: string }[]
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

// The application's tests may put fakes in their places.
const { setImmediate: soon, setTimeout: later } = globalThis

/**
 * Counts calls of services by their outgoing requests, where no loader sees the library that makes them: in a bundle, or by
 * plain `fetch`. The table of services is loaded with the first request.
 */
export function followWire(parts: Parts): { refresh(config: WireConfig): void; flush(): void } {
  const { scopes, ledger, userEntries, warnOnce, fault } = parts
  let { config } = parts
  let state: 'off' | 'on' | 'failed' = 'off'
  let calls: WireCalls | undefined
  const classes = rememberClasses()
  const points: Point[] = []
  const isOn = () => config.enabled && config.wire === 'auto'

  const settle = (point: Point) => {
    point.on = isOn() && isTargeted(config.targets, point.name, point.library)
    point.slow_call_ms = thresholdOf(config.thresholds, point.name, point.library, point.target)
  }
  const compile: WireParts['compile'] = (instrumentation, method) => {
    const { name, target } = instrumentation
    const counts = ledger.counts(`${name} (wire)`, `${target}.${method.scope}`)
    const point = compilePoint(instrumentation, method, {
      on: false,
      slow_call_ms: 0,
      counts,
      userEntry: false,
      warnOnce,
    })
    const seen: Point = { ...point, seen: 'wire' }
    points.push(seen)
    settle(seen)
    return seen
  }
  const isPatched = (library: string) =>
    ledger.states(library).some(({ state }) => state === 'patched' || state === 'untested_version')
  const isAccounted: WireParts['isAccounted'] = ({ wire }, target, header) =>
    Object.entries(wire.libraries).some(([library, said]) => {
      if (!isPatched(library)) return false
      if (said === true) return true
      const [name = '', ...value] = said.split(': ')
      return header(name)?.includes(value.join(': ')) === true
    }) ||
    // What the user profiles by hand for this target tells of it.
    ledger
      .each()
      .some(
        ({ library, scope, counts }) =>
          counts.seen > 0 &&
          scope.startsWith(`${target}.`) &&
          (library === manualLibrary || userEntries.some(({ name }) => name === library)),
      )
  const load = (): WireCalls | undefined => {
    if (state !== 'on' || !isOn()) return undefined
    if (calls !== undefined) return calls
    try {
      const { createWireCalls } = chunk<typeof import('./wire/wire-calls.ts')>('wire-calls')
      calls = createWireCalls({
        ...{ scopes, hosts: config.wire_hosts, compile, isAccounted, classes, imitate, now, fault },
        soon: (run) => void soon(run).unref(),
        later: (run, ms) => void later(run, ms).unref(),
        observe: (promise, context, ok, failed) =>
          isPromise(promise) && isWhole(promise, false) ? observe(promise, 'chain', context, ok, failed) : promise,
      })
    } catch (error) {
      state = 'failed'
      warnOnce(
        'wire',
        `requests to services can't be counted (${textOf(error)}); calls of bundled clients are not recorded`,
      )
    }
    return calls
  }
  const begin = () => {
    if (state !== 'off') return
    state = 'on'
    letDebugLogBegin(process.env.NODE_DEBUG)
    replaceFetch(load, imitate)
    listen(load, fault)
  }
  const refresh = (next: WireConfig) => {
    config = next
    if (isOn()) begin()
    calls?.refresh(config.wire_hosts)
    for (const point of points) settle(point)
  }
  refresh(config)

  return {
    refresh,
    // What comes after it at exit is not to be lost.
    flush() {
      try {
        calls?.flush()
      } catch (error) {
        fault(error)
      }
    },
  }
}

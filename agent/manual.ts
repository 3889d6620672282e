import type { Handle, Manual, ScopeMetadata } from './api.ts'
import { manualKey } from './api.ts'
import type { Scope, Scopes } from './call.ts'
import type { Config } from './config/schema.ts'
import { isTargeted } from './filter/targets.ts'
import { thresholdOf } from './filter/threshold.ts'
import { isFresh } from './fresh-promises.ts'
import { manualLibrary } from './manifest.ts'
import type { Counts, Metadata, Point, WarnOnce } from './model.ts'
import { keepUnder } from './scope/read.ts'

/** The part of the configuration that manual scopes use. */
type ManualConfig = Pick<Config, 'enabled' | 'targets' | 'thresholds' | 'include_metadata' | 'requests'>

interface ManualParts {
  readonly scopes: Scopes
  readonly config: ManualConfig
  readonly counts: (library: string, scope: string) => Counts
  /** Told of a name that is used for the first time in this thread, or since a reload. */
  readonly found: (scope: string) => void
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

const mostNames = 1000
const mostOpen = 10_000

/** Opens the door for `@crossbridge/agent/api` in this thread. Scopes live here, not there, for all copies of the api. */
export function publishManual(parts: ManualParts): { refresh(config: ManualConfig): void } {
  const { scopes, counts, found: noted, warnOnce, fault } = parts
  let { config } = parts
  const points = new Map<string, Point>()
  const settle = (point: Point) => {
    point.slow_call_ms = thresholdOf(config.thresholds, point.name, manualLibrary, point.target)
    point.on = config.enabled && isTargeted(config.targets, point.name, manualLibrary)
    point.opens = config.requests
  }
  const pointOf = (name: string): Point | undefined => {
    const known = points.get(name)
    if (known !== undefined) return known
    if (points.size >= mostNames) {
      warnOnce(
        'marks',
        `more than ${mostNames} names of hand-marked scopes; ${name.slice(0, 128)} and others are not profiled`,
      )
      return undefined
    }
    noted(name)
    const point: Point = {
      name,
      library: manualLibrary,
      target: name.split('.', 1)[0] ?? name,
      read: undefined,
      when: undefined,
      adds: true,
      counts: counts(manualLibrary, name),
      unreported() {
        const shown = name.slice(0, 128)
        warnOnce(
          `unreported ${manualLibrary} ${shown}`,
          `${shown}: a promise that its function returned was rejected. If nothing handles it, Node will not say so, since the agent listens to it: the function is not async, so others may have the same promise. With an async function Node reports as ever`,
        )
      },
      slow_call_ms: 0,
      on: false,
    }
    settle(point)
    points.set(name, point)
    return point
  }

  const handles = new WeakMap<object, Scope>()
  const open = new Map<string, Handle[]>()
  /** A fault here, or in what the application hands over, is not to reach it. */
  const guarded = <R>(run: () => R): R | undefined => {
    try {
      return run()
    } catch (error) {
      fault(error)
      return undefined
    }
  }
  const begin = (name: string, metadata: ScopeMetadata | undefined) => {
    const point = pointOf(String(name))
    const scope = point?.on ? scopes.begin(point, undefined, []) : undefined
    if (scope !== undefined && metadata !== undefined) guarded(() => describe(scope, metadata))
    return scope
  }
  const describe = (scope: Scope, metadata: ScopeMetadata) => {
    if (!config.include_metadata) return
    const kept: Metadata = { ...scope.metadata }
    for (const [key, value] of Object.entries(metadata)) {
      const found = keepUnder(key, value)
      if (found !== undefined) kept[key] = found
    }
    scope.metadata = kept
  }

  const manual: Manual = {
    begin: (name, metadata) => guarded(() => begin(name, metadata)),
    // The api of another version may not hand over `fn`.
    follow: (scope, result, fn) => scopes.follow(scope, result, typeof fn === 'function' && isFresh(fn)),
    end: scopes.end,
    start: (handle, metadata) =>
      guarded(() => {
        const scope = begin(handle.name, metadata)
        if (scope === undefined) return
        handles.set(handle, scope)
        const all = open.get(handle.name) ?? []
        open.set(handle.name, all)
        all.push(handle)
        // Scopes that are started and never stopped are not to fill the memory; their handles still stop them.
        if (all.length > mostOpen) all.shift()
      }),
    stop: (which, metadata) =>
      guarded(() => {
        const handle = typeof which === 'string' ? open.get(which)?.at(-1) : which
        const scope = handle && handles.get(handle)
        if (handle === undefined || scope === undefined) return
        handles.delete(handle)
        const all = open.get(handle.name) ?? []
        const at = all.lastIndexOf(handle)
        if (at >= 0) all.splice(at, 1)
        if (all.length === 0) open.delete(handle.name)
        if (metadata !== undefined) guarded(() => describe(scope, metadata))
        scopes.end(scope, undefined, false, undefined)
      }),
  }
  Object.defineProperty(globalThis, manualKey, { value: manual, configurable: true })

  return {
    refresh(next) {
      config = next
      for (const point of points.values()) {
        settle(point)
        noted(point.name)
      }
    },
  }
}

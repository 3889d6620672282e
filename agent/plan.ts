import type { Scope, Scopes } from './call.ts'
import type { Loaded } from './config/load.ts'
import { drives } from './drivers.ts'
import { isTargeted } from './filter/targets.ts'
import { thresholdOf } from './filter/threshold.ts'
import type { Ledger } from './ledger.ts'
import { libraryOf, manifests } from './library.ts'
import { subscribe } from './load/channel.ts'
import { kindOf } from './load/kind.ts'
import { isEntry } from './load/match.ts'
import { type MethodPoint, modulePatchesOf, patchesByFile } from './load/module-patches.ts'
import { type Manifest, manifestOf, scopeName } from './manifest.ts'
import { methodsOf } from './methods.ts'
import type { Instrumentation, Method, Point, WarnOnce } from './model.ts'
import type { ModulePatch } from './replace/patch.ts'
import type { Kept } from './request/kept.ts'
import { queuesOf } from './request/queue.ts'
import { contextOf, contexts, keptHere } from './scope/nesting.ts'
import { compilePoint } from './scope/point.ts'

interface PlanParts {
  readonly loaded: Loaded
  /** True when a reload may switch methods on and off. */
  readonly track: boolean
  readonly scopes: Scopes
  /** Binds the work that waits in a queue or a pool. */
  readonly kept: Kept
  readonly ledger: Ledger
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** The patches: of the libraries and the user's entries, as far as they are targeted, or with `reload` may be. */
export interface Plan {
  readonly modules: readonly ModulePatch[]
  /** Every library and entry that there is. */
  readonly manifests: readonly Manifest[]
  /** Switches every point on or off, and gives it its threshold, by a configuration read later. */
  refresh(loaded: Loaded): void
}

export function createPlan({ loaded, track, scopes, kept, ledger, warnOnce, fault }: PlanParts): Plan {
  const { instrumentations: userEntries } = loaded
  let { config, where } = loaded
  const switches: (() => void)[] = []
  const points: { readonly point: Point; readonly target: string }[] = []
  const isOn = (scope: string, library: string) =>
    config.enabled && isTargeted(config.targets, scope, library, drives(config))
  const pointOf = (instrumentation: Instrumentation, method: Method) => {
    const { name: library } = instrumentation
    const scope = scopeName(instrumentation, method)
    const target = method.target ?? instrumentation.target
    const point = compilePoint(instrumentation, method, {
      on: isOn(scope, library),
      slow_call_ms: thresholdOf(config.thresholds, scope, library, target),
      counts: ledger.counts(library, scope),
      userEntry: userEntries.includes(instrumentation),
      location: where(`instrumentations.${library}`),
      warnOnce,
    })
    points.push({ point, target })
    return point
  }

  const compileLibrary = (instrumentation: Instrumentation, manifest: Manifest) => {
    const points = methodsOf(instrumentation).map((method) => ({ method, point: pointOf(instrumentation, method) }))
    return { points, byFile: patchesByFile(manifest, points, scopes.wrap) }
  }

  const inRequest = { contexts: kept.contexts, contextOf: (scope: Scope | undefined) => scope?.span }
  const builtIns = manifests()
  const all = [
    ...builtIns.filter(({ name }) => !userEntries.some((one) => one.name === name)),
    ...userEntries.map(manifestOf),
  ]
  const followed = () => config.enabled && config.requests
  const profiled = all.flatMap((manifest): readonly ModulePatch[] => {
    const { name, channels } = manifest
    const entry = userEntries.find((one) => one.name === name)
    try {
      const isOnNow = (scope: number) => isOn(manifest.scopes[scope] ?? '', name)
      // Asked once for each scope, since the methods are many.
      const mayBe = manifest.scopes.map((_, scope) => track || isOnNow(scope))
      const mayBeOn = (scope: number) => mayBe[scope] === true
      let isNoted = false
      const noteState = () => {
        if (manifest.scopes.length === 0 ? followed() : manifest.scopes.some((_, scope) => isOnNow(scope)))
          ledger.note(name, 'never_loaded')
        else if (!config.enabled)
          ledger.note(name, 'disabled', `enabled is false, ${where('enabled') ?? 'the default'}`)
        else if (manifest.scopes.length === 0)
          ledger.note(name, 'disabled', `requests is false, ${where('requests') ?? 'the default'}`)
        // Drivers of browsers where none is named: nobody has switched them off.
        else if (config.targets.length > 0 || isNoted)
          ledger.note(name, 'disabled', `not in targets, ${where('targets') ?? 'the default'}`)
        isNoted = true
      }
      noteState()
      switches.push(noteState)
      if (!mayBe.includes(true)) return []
      const whole = once(() => compileLibrary(entry ?? libraryOf(name), manifest))
      // A mistake in an entry is reported at the start.
      if (entry !== undefined) whole()
      for (const { channel, scope, method } of channels) {
        if (!mayBeOn(scope)) continue
        const heard = () => ledger.note(name, 'patched', `channel ${channel}`)
        const pointIn = () => (whole().points[method] as MethodPoint).point
        const nestings = manifest.framework ? [inRequest, { contexts, contextOf }] : [inRequest]
        const listen = subscribe(channel, pointIn, scopes, heard, fault, nestings)
        listen(isOnNow(scope))
        switches.push(() => listen(isOnNow(scope)))
      }
      const patchesIn = (key: string | undefined) => whole().byFile.get(key) ?? []
      return modulePatchesOf(manifest, { mayBeOn, isOn: isOnNow, patchesIn, userEntry: entry !== undefined })
    } catch (error) {
      ledger.note(name, 'shape_mismatch', (error as Error).message)
      warnOnce(
        `wrong ${name}`,
        `instrumentations: ${name}: ${(error as Error).message} (${where(`instrumentations.${name}`)}); the entry is left out`,
      )
      return []
    }
  })
  const queues = [...builtIns, ...userEntries.map(manifestOf)].flatMap((manifest) => {
    const { name, scopes, framework } = manifest
    const isOnFramework = () => framework === true && config.enabled && scopes.some((scope) => isOn(scope, name))
    return queuesOf(manifest, {
      wanted: followed,
      ownWanted: () => followed() || isOnFramework(),
      kept: framework ? { ...kept, bound: (callback) => keptHere(kept.bound(callback)) } : kept,
      userEntry: !builtIns.includes(manifest),
    })
  })
  warnOfEntries(loaded, builtIns, all, warnOnce)

  return {
    // Queues come last, so that their wrappers are the outer ones: waiting work is bound before its call begins.
    modules: [...profiled, ...queues.filter(({ wanted }) => track || wanted())],
    manifests: all,
    refresh(next) {
      ;({ config, where } = next)
      for (const { point, target } of points) {
        point.on = isOn(point.name, point.library)
        point.slow_call_ms = thresholdOf(config.thresholds, point.name, point.library, target)
      }
      for (const settle of switches) settle()
    },
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Warns of the user's entries that replace a library, share a name, or are not profiled. */
function warnOfEntries(
  loaded: Loaded,
  builtIns: readonly Manifest[],
  all: readonly Manifest[],
  warnOnce: WarnOnce,
): void {
  const { config, where, instrumentations } = loaded
  for (const instrumentation of instrumentations) {
    const { name, module, target } = instrumentation
    const methods = methodsOf(instrumentation)
    const location = where(`instrumentations.${name}`)
    if (builtIns.some((one) => one.name === name))
      warnOnce(
        `replaced ${name}`,
        `instrumentations: ${name} takes the place of the built-in of that name (${location})`,
      )
    const twice = [name, target].find((word) =>
      all.some((other) => other.name !== name && (word === name ? other.target : other.name) === word),
    )
    if (twice !== undefined)
      warnOnce(
        `twice ${name}`,
        `instrumentations: ${name}: ${twice} names both a target and an entry or library (${location}); rename it`,
      )
    if (
      methods.length > 0 &&
      !methods.some((method) => isTargeted(config.targets, `${method.target ?? target}.${method.scope}`, name, true))
    ) {
      warnOnce(
        `left out ${name}`,
        `instrumentations: ${name} (${location}) is not among the targets (${where('targets')}); it is not profiled`,
      )
    } else if (isEntry(module) && kindOf(process.argv[1] ?? module) !== 'module') {
      warnOnce(
        `entry ${name}`,
        `instrumentations: ${name}: the application's entry file can't be hooked where it is CommonJS (${location}); move its functions to a module that it loads`,
      )
    }
  }
}

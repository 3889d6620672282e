import { unsetMessage } from '../locate/bindings.ts'
import type { WarnOnce } from '../model.ts'
import type { Follow } from '../replace/deferred.ts'
import type { ModulePatch, Patch } from '../replace/patch.ts'
import { createPatcher } from '../replace/patcher.ts'
import { alreadyLoaded } from './already-loaded.ts'
import { hearBundled } from './bundled.ts'
import type { Refusal } from './choose-hook.ts'
import { createLoadedModules, type LoadedModule } from './loaded-modules.ts'
import { type Hand, hookModules, located } from './loader.ts'
import { compileMatch } from './match.ts'
import { createMisses, type Missed, type Note } from './misses.ts'
import { fitOf, versionOf } from './versions.ts'

export interface AttachParts {
  readonly modules: readonly ModulePatch[]
  /** Modules of the user's own are looked for from here. */
  readonly folder: string
  /** True when methods may be switched on and off later. */
  readonly track: boolean
  readonly follow: Follow
  readonly note: Note
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

export interface Hooks {
  /** At exit: lets in what the loader thread has still to tell. */
  collect(): void
  /** After a reload: patches what is on now, and puts the originals back where it is not. */
  refresh(): void
}

/** Told of patches that can't be applied any more, since the application has the module's exports. */
type Late = (module: ModulePatch, path: string, patches: readonly Patch[]) => void

/** Patches each module when it is loaded, or when a reload wants it. */
export function attach({ modules, folder, track, follow, warnOnce, fault, ...parts }: AttachParts): Hooks {
  const misses = createMisses(parts.note, warnOnce)
  /** The module of each patch, for paths that turn out to be missing only later. */
  const moduleOf = new WeakMap<Patch, ModulePatch>()
  const patcher = createPatcher({
    follow,
    track,
    missing(patch, where, near) {
      const module = moduleOf.get(patch)
      if (module !== undefined) misses.missing(module, [{ at: patch.at, where, near }])
    },
  })
  const loadedModules = createLoadedModules()
  const refusals: Refusal[] = []

  const loaded = (index: number, exports: unknown, path: string, isAlreadyLoaded = false): unknown => {
    const { wanted } = modules[index] as ModulePatch
    const handed = !track || wanted() ? patchAll({ index, path, isAlreadyLoaded }, exports) : exports
    if (track) loadedModules.keep({ index, path, isAlreadyLoaded }, handed)
    return handed
  }
  /** Gives the exports to hand to the application. */
  const patchAll = ({ index, path, isAlreadyLoaded }: LoadedModule, exports: unknown, late?: Late): unknown => {
    const module = modules[index] as ModulePatch
    const { versions, seen } = module
    const version = versionOf(path)
    const fit = fitOf(version, versions)
    if (seen !== undefined) {
      if (fit !== 'unsupported') seen(exports)
      return exports
    }
    if (isAlreadyLoaded) misses.alreadyLoaded(module, path)
    if (fit === 'unsupported') {
      misses.unsupported(module, `${version} is older than ${versions}`)
      return exports
    }
    const all = module.patches().filter((patch) => fitOf(version, patch.versions) === 'tested')
    if (all.length === 0) unneeded(module)
    for (const patch of all) moduleOf.set(patch, module)
    const on = all.filter((patch) => patch.on())
    const missed = on.flatMap((patch) => {
      const miss = patcher.check(exports, patch)
      return miss === undefined ? [] : [{ patch, miss }]
    })
    const found = on.filter((patch) => missed.every((one) => one.patch !== patch))
    // A newer version than the tests cover is patched whole or not at all.
    const applied = fit === 'untested' && missed.length > 0 ? [] : found
    let handed = exports
    const tooLate = applied.filter((patch) => {
      const next = patcher.patch(handed, patch)
      if (late === undefined) handed = next
      return next !== handed
    })
    const named = patcher.alias(handed)
    if (late === undefined) handed = named
    if (applied.length > tooLate.length)
      misses.note(module, fit === 'untested' ? 'untested_version' : 'patched', version)
    if (tooLate.length > 0) late?.(module, path, tooLate)
    const absent: Missed[] = []
    for (const { patch, miss } of missed) {
      const { at } = patch
      if (miss.unset === undefined) absent.push({ at, where: miss.where, near: miss.near })
      else if (miss.unset !== 'alias') misses.fixed(module, path, at, unsetMessage(exports, miss.unset, at))
    }
    // For a user's entry each missing path has its hint, unless none is found: then it may be another module.
    const apart = module.userEntry && found.length > 0 ? absent.map((one) => [one]) : [absent]
    for (const some of apart) if (some.length > 0) misses.missing(module, some, version)
    return handed
  }
  const unneeded = (module: ModulePatch) => {
    if (module.channel !== undefined) misses.note(module, 'patched', `channel ${module.channel}`)
  }
  const refused = (refusal: Refusal) => {
    const { index, state, detail } = refusal
    const module = modules[index] as ModulePatch
    if (module.seen !== undefined) return
    // Nothing is said of a module that is off.
    if (track && !module.wanted()) return void refusals.push(refusal)
    if (state === 'unneeded') unneeded(module)
    else if (state === 'unsupported_version') misses.unsupported(module, detail)
    else misses.unwrapped(module, state, detail)
  }

  const watched = located(modules, folder)
  const match = compileMatch(watched)
  for (const { index, path, exports } of alreadyLoaded(match)) loaded(index, exports, path, true)
  const others = (hand: Hand) => hearBundled(modules, folder, hand, fault)
  const collect = hookModules(watched, match, { loaded, refused, others, fault })

  return {
    collect,
    refresh() {
      if (!track) return
      patcher.release()
      for (const refusal of refusals.splice(0)) refused(refusal)
      loadedModules.each((module, exports) => {
        if (!modules[module.index]?.wanted()) return
        try {
          patchAll(module, exports, misses.late)
        } catch (error) {
          fault(error)
        }
      })
    },
  }
}

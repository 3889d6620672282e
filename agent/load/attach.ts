import { isAbsolute } from 'node:path'
import { tellUnset } from '../locate/bindings.ts'
import { compileAt } from '../locate/path.ts'
import type { LibraryState, Tell } from '../model.ts'
import type { Follow, Site } from '../replace/deferred.ts'
import { createPatcher } from '../replace/patch.ts'
import { loadedEarly } from './already-loaded.ts'
import type { Refusal } from './eligible.ts'
import { createMemory, type Module } from './loaded-modules.ts'
import { hookModules, type LoaderModule, located } from './loader.ts'
import { compileMatch } from './match.ts'
import { fitOf, versionOf } from './versions.ts'

/** A module to patch: what of it, and for whom. */
export interface Target extends LoaderModule {
  readonly library: string
  /** Whether any of its methods is on now. */
  readonly wanted: () => boolean
  /** Asked for with the first module that is loaded. */
  readonly methods: () => readonly TargetMethod[]
  /** Where the library publishes calls itself, in versions that have none of the methods. */
  readonly channel?: string | undefined
  /** Of a module that is not profiled: told of its exports instead, with each reload again. */
  readonly seen?: (exports: unknown) => void
  /** Where work only waits; the ledger says nothing of it where the library has calls of its own to speak of. */
  readonly queue?: 'beside' | 'alone'
}
export interface TargetMethod {
  readonly at: string
  readonly from: Site['from']
  readonly versions: string | undefined
  readonly wrap: Site['wrap']
  /** Whether any of its points is on. */
  readonly on: () => boolean
  readonly unreported?: Site['unreported']
}

export interface AttachParts {
  readonly targets: readonly Target[]
  /** Modules of the user's own are looked for from here. */
  readonly folder: string
  /** Whether methods may be switched on and off later. */
  readonly track: boolean
  readonly follow: Follow
  readonly note: (library: string, state: LibraryState, detail?: string) => void
  readonly tell: Tell
  readonly fault: (error: unknown) => void
}

export interface Hooks {
  /** At exit: what is still to be told. */
  collect(): void
  /** After a reload: patches what is on now, and puts the originals back where it is not. */
  refresh(): void
}

interface Missed {
  readonly at: string
  readonly where: string
  readonly near: readonly string[]
}

/** The first names, since a line is to be short. */
const listed = (names: readonly string[]) =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')

/** Patches each target when its module is loaded, or when a reload wants it. */
export function attach({ targets, folder, track, follow, tell, fault, ...parts }: AttachParts): Hooks {
  const patcher = createPatcher(follow, track)
  const memory = createMemory()
  const refusals: Refusal[] = []
  const note = ({ library, queue }: Target, state: LibraryState, detail?: string) => {
    if (queue !== 'beside') parts.note(library, state, detail)
  }
  const sites = new Map<number, readonly { readonly site: Site; readonly versions: string | undefined }[]>()
  const sitesOf = (index: number) => {
    const target = targets[index] as Target
    const own = isAbsolute(target.module)
    const known = sites.get(index)
    if (known !== undefined) return known
    const wanted = target.methods().filter(({ on }) => track || on())
    const made = wanted.map(({ at, from, versions, wrap, on, unreported }) => {
      const missing = (where: string, near: readonly string[]) => tellMissing(target, [{ at, where, near }])
      return {
        site: { at, from, steps: compileAt(at), wrap, missing, own, unreported, ...(track && { on }) },
        versions,
      }
    })
    sites.set(index, made)
    return made
  }
  const tellMissing = (target: Target, misses: readonly Missed[], version = '') => {
    const { library, module, own } = target
    for (const { at, where } of misses) note(target, 'shape_mismatch', `${at}: nothing at ${where}`)
    const what = `${module}${version && ` ${version}`}`
    const [{ at, where, near } = { at: '', where: '', near: [] }] = misses
    const hint = near.length > 0 ? `; near it: ${near.join(', ')}` : ''
    const others = misses.length > 1 ? `, nor ${listed(misses.slice(1).map((one) => one.at))}` : ''
    tell(
      // One line is enough for a library whose stand-in has none of them; the ledger has each.
      `missing ${library}${own && misses.length === 1 ? ` ${at}` : ''}`,
      `${library}: ${at} was not found in ${what}, there is no function at ${where}${hint}${others}; ${lossOf(target)}`,
    )
  }

  const loaded = (index: number, exports: unknown, path: string, early = false): unknown => {
    const { wanted } = targets[index] as Target
    const handed = !track || wanted() ? patchAll({ index, path, early }, exports) : exports
    if (track) memory.keep({ index, path, early }, handed)
    return handed
  }
  /** Gives the exports to hand to the application; `late` is told which sites that is too late for. */
  const patchAll = (
    { index, path, early }: Module,
    exports: unknown,
    late?: (target: Target, path: string, sites: readonly Site[]) => void,
  ): unknown => {
    const target = targets[index] as Target
    const { versions, seen, own } = target
    const version = versionOf(path)
    if (seen !== undefined) {
      if (fitOf(version, versions) !== 'unsupported') seen(exports)
      return exports
    }
    if (early) tellEarly(target, path)
    const fit = fitOf(version, versions)
    if (fit === 'unsupported') {
      unsupported(target, `${version} is older than ${versions}`)
      return exports
    }
    const all = sitesOf(index).filter((one) => fitOf(version, one.versions) === 'tested')
    if (all.length === 0) unneeded(index)
    const fitting = all.flatMap(({ site }) => (site.on === undefined || site.on() ? [site] : []))
    const misses = fitting.flatMap((site) => {
      const miss = patcher.check(exports, site)
      return miss === undefined ? [] : [{ site, miss }]
    })
    const found = fitting.filter((site) => misses.every((one) => one.site !== site))
    // A newer version than the tests cover is patched whole or not at all.
    const patched = fit === 'untested' && misses.length > 0 ? [] : found
    let handed = exports
    const tooLate = patched.filter((site) => {
      const next = patcher.patch(handed, site)
      if (late === undefined) handed = next
      return next !== handed
    })
    const named = patcher.alias(handed)
    if (late === undefined) handed = named
    if (patched.length > tooLate.length) note(target, fit === 'untested' ? 'untested_version' : 'patched', version)
    if (tooLate.length > 0) late?.(target, path, tooLate)
    const missed: Missed[] = []
    for (const { site, miss } of misses) {
      if (miss.unset === undefined) missed.push({ at: site.at, where: miss.where, near: miss.near })
      else if (miss.unset !== 'alias') tellFixed(target, path, site.at, tellUnset(exports, miss.unset, site.at))
    }
    // Of an entry of the user's own each has its hint, unless another module stands in its place.
    const apart = own && found.length > 0 ? missed.map((one) => [one]) : [missed]
    for (const some of apart) if (some.length > 0) tellMissing(target, some, version)
    return handed
  }
  const unneeded = (index: number) => {
    const target = targets[index] as Target
    if (target.channel !== undefined) note(target, 'patched', `channel ${target.channel}`)
  }
  const unsupported = (target: Target, detail: string) => {
    note(target, 'unsupported_version', detail)
    tell(`unsupported ${target.library}`, `${target.library}: ${detail}; ${lossOf(target)}`)
  }
  const tellFixed = (target: Target, path: string, at: string, why: string) => {
    note(target, 'unsafe_exports', `${at} in ${path}`)
    tell(`fixed ${target.library} ${at} ${path}`, `${target.library}: ${why} (${path}); ${lossOf(target)}`)
  }
  const tellEarly = (target: Target, path: string) => {
    const { library, module, queue } = target
    note(target, 'loaded_before_agent', path)
    // Most are methods, which are met wherever they are called.
    if (queue !== undefined) return
    tell(
      `early ${library}`,
      `${module} was loaded before the agent; functions that were taken from it until now are not profiled. Start the agent first, before other --require and --import`,
    )
  }
  const tellLate = (target: Target, path: string, sites: readonly Site[]) => {
    const { library } = target
    const ats = sites.slice(0, 3).map(({ at }) => at)
    note(target, 'unsafe_exports', `${ats.join(', ')} in ${path}, switched on after it was loaded`)
    tell(
      `late ${library} ${path}`,
      `${library}: ${ats.join(', ')} can't be switched on in a module that is loaded and whose exports can't be changed (${path}); restart the application to profile it`,
    )
  }
  const refused = (refusal: Refusal) => {
    const { index, state, detail } = refusal
    const target = targets[index] as Target
    const { library, wanted, seen } = target
    if (seen !== undefined) return
    // What is off is not spoken of.
    if (track && !wanted()) return void refusals.push(refusal)
    if (state === 'unneeded') return unneeded(index)
    if (state === 'unsupported_version') return unsupported(target, detail)
    note(target, state, detail)
    if (state === 'wrap_failed')
      return tell(
        `failed ${library} ${detail}`,
        `${library}: could not be hooked (${detail}); the file is loaded as it is, and ${lossOf(target).replace('it is ', '')}`,
      )
    tell(
      `unsafe ${library} ${detail}`,
      `${library}: exports that change later can't be hooked without breaking them (${detail}); the file is left untouched`,
    )
  }

  const watched = located(targets, folder)
  const match = compileMatch(watched)
  for (const { index, path, exports } of loadedEarly(match)) loaded(index, exports, path, true)
  const collect = hookModules(watched, match, { loaded, refused, fault })

  return {
    collect,
    refresh() {
      if (!track) return
      patcher.release()
      for (const refusal of refusals.splice(0)) refused(refusal)
      memory.each((module, exports) => {
        if (!targets[module.index]?.wanted()) return
        try {
          patchAll(module, exports, tellLate)
        } catch (error) {
          fault(error)
        }
      })
    },
  }
}

/** What the user misses where it can't be patched. */
const lossOf = ({ queue }: Target) =>
  queue === undefined ? 'it is not profiled' : 'what waits there may count for another request'

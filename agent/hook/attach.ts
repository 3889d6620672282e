import type { LibraryState, Tell } from '../model.ts'
import { compileAt } from '../path.ts'
import type { Refusal } from './admit.ts'
import { loadedEarly } from './early.ts'
import { hookModules, type LoaderModule, located } from './loader.ts'
import { compileMatch } from './match.ts'
import { createMemory, type Module } from './memory.ts'
import { createPatcher } from './patch.ts'
import type { Site } from './tap.ts'
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
}
export interface TargetMethod {
  readonly at: string
  readonly from: Site['from']
  readonly versions: string | undefined
  readonly wrap: Site['wrap']
  /** Whether any of its points is on. */
  readonly on: () => boolean
}

export interface AttachParts {
  readonly targets: readonly Target[]
  /** Modules of the user's own are looked for from here. */
  readonly folder: string
  /** Whether methods may be switched on and off later. */
  readonly track: boolean
  readonly follow: (result: unknown, seen: (value: unknown) => void) => unknown
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
export function attach({ targets, folder, track, follow, note, tell, fault }: AttachParts): Hooks {
  const patcher = createPatcher(follow, track)
  const memory = createMemory()
  const refusals: Refusal[] = []
  const sites = new Map<number, readonly { readonly site: Site; readonly versions: string | undefined }[]>()
  const sitesOf = (index: number) => {
    const target = targets[index] as Target
    const known = sites.get(index)
    if (known !== undefined) return known
    const wanted = target.methods().filter(({ on }) => track || on())
    const made = wanted.map(({ at, from, versions, wrap, on }) => {
      const missing = (where: string, near: readonly string[]) => tellMissing(target, [{ at, where, near }])
      return { site: { at, from, steps: compileAt(at), wrap, missing, ...(track && { on }) }, versions }
    })
    sites.set(index, made)
    return made
  }
  const tellMissing = ({ library, module, own }: Target, misses: readonly Missed[], version = '') => {
    for (const { at, where } of misses) note(library, 'shape_mismatch', `${at}: nothing at ${where}`)
    const what = `${module}${version && ` ${version}`}`
    const [{ at, where, near } = { at: '', where: '', near: [] }] = misses
    const hint = near.length > 0 ? `; near it: ${near.join(', ')}` : ''
    const others = misses.length > 1 ? `, nor ${listed(misses.slice(1).map((one) => one.at))}` : ''
    tell(
      // One line is enough for a library whose stand-in has none of them; the ledger has each.
      `missing ${library}${own && misses.length === 1 ? ` ${at}` : ''}`,
      `${library}: ${at} was not found in ${what}, there is no function at ${where}${hint}${others}; it is not profiled`,
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
    late?: (library: string, path: string, sites: readonly Site[]) => void,
  ): unknown => {
    const { library, module, versions, seen, own } = targets[index] as Target
    const version = versionOf(path)
    if (seen !== undefined) {
      if (fitOf(version, versions) !== 'unsupported') seen(exports)
      return exports
    }
    if (early) tellEarly(library, module, path)
    const fit = fitOf(version, versions)
    if (fit === 'unsupported') {
      unsupported(library, `${version} is older than ${versions}`)
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
    if (patched.length > tooLate.length) note(library, fit === 'untested' ? 'untested_version' : 'patched', version)
    if (tooLate.length > 0) late?.(library, path, tooLate)
    const missed = misses.map(({ site, miss }) => ({ at: site.at, where: miss.where, near: miss.near }))
    // Of an entry of the user's own each has its hint, unless another module stands in its place.
    const apart = own && found.length > 0 ? missed.map((one) => [one]) : [missed]
    for (const some of apart) if (some.length > 0) tellMissing(targets[index] as Target, some, version)
    return handed
  }
  const unneeded = (index: number) => {
    const { library, channel } = targets[index] as Target
    if (channel !== undefined) note(library, 'patched', `channel ${channel}`)
  }
  const unsupported = (library: string, detail: string) => {
    note(library, 'unsupported_version', detail)
    tell(`unsupported ${library}`, `${library}: ${detail}; it is not profiled`)
  }
  const tellEarly = (library: string, module: string, path: string) => {
    note(library, 'loaded_before_agent', path)
    tell(
      `early ${library}`,
      `${module} was loaded before the agent; functions that were taken from it until now are not profiled. Start the agent first, before other --require and --import`,
    )
  }
  const tellLate = (library: string, path: string, sites: readonly Site[]) => {
    const ats = sites.slice(0, 3).map(({ at }) => at)
    note(library, 'unsafe_exports', `${ats.join(', ')} in ${path}, switched on after it was loaded`)
    tell(
      `late ${library} ${path}`,
      `${library}: ${ats.join(', ')} can't be switched on in a module that is loaded and whose exports can't be changed (${path}); restart the application to profile it`,
    )
  }
  const refused = (refusal: Refusal) => {
    const { index, state, detail } = refusal
    const { library, wanted, seen } = targets[index] as Target
    if (seen !== undefined) return
    // What is off is not spoken of.
    if (track && !wanted()) return void refusals.push(refusal)
    if (state === 'unneeded') return unneeded(index)
    if (state === 'unsupported_version') return unsupported(library, detail)
    note(library, state, detail)
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

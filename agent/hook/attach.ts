import type { LibraryState, Tell } from '../model.ts'
import { compileAt } from '../path.ts'
import { loadedEarly } from './early.ts'
import { hookModules, type LoaderModule } from './loader.ts'
import { createPatcher, type Site } from './patch.ts'
import { fitOf, versionOf } from './versions.ts'

/** A module to patch: what of it, and for whom. */
export interface Target extends LoaderModule {
  readonly library: string
  /** Asked for with the first module that is loaded. */
  readonly methods: () => readonly TargetMethod[]
  /** Where the library publishes calls itself, in versions that have none of the methods. */
  readonly channel?: string | undefined
  /** Of a module that is not profiled: told of its exports instead. */
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

/** Patches each target when its module is loaded. */
export function attach({ targets, folder, follow, note, tell, fault }: AttachParts): Hooks {
  const patcher = createPatcher(follow)
  const sites = new Map<number, readonly { readonly site: Site; readonly versions: string | undefined }[]>()
  const sitesOf = (index: number) => {
    const { library, module, methods } = targets[index] as Target
    const known = sites.get(index)
    if (known !== undefined) return known
    const made = methods().map(({ at, from, versions, wrap }) => {
      const missing = (where: string, near: readonly string[]) => tellMissing(library, module, at, where, near)
      return { site: { at, from, steps: compileAt(at), wrap, missing }, versions }
    })
    sites.set(index, made)
    return made
  }
  const tellMissing = (
    library: string,
    module: string,
    at: string,
    where: string,
    near: readonly string[],
    version = '',
  ) => {
    const hint = near.length > 0 ? `; near it: ${near.join(', ')}` : ''
    note(library, 'shape_mismatch', `${at}: nothing at ${where}`)
    tell(
      `missing ${library} ${at}`,
      `${library}: ${at} was not found in ${module}${version && ` ${version}`}, there is no function at ${where}${hint}; it is not profiled`,
    )
  }

  const loaded = (index: number, exports: unknown, path: string): unknown => {
    const { library, module, versions, seen } = targets[index] as Target
    const version = versionOf(path)
    if (seen !== undefined) {
      if (fitOf(version, versions) !== 'unsupported') seen(exports)
      return exports
    }
    const fit = fitOf(version, versions)
    if (fit === 'unsupported') {
      unsupported(library, `${version} is older than ${versions}`)
      return exports
    }
    const fitting = sitesOf(index)
      .filter((one) => fitOf(version, one.versions) === 'tested')
      .map(({ site }) => site)
    if (fitting.length === 0) {
      unneeded(index)
      return exports
    }
    const misses = fitting.flatMap((site) => {
      const miss = patcher.check(exports, site)
      return miss === undefined ? [] : [{ site, miss }]
    })
    const found = fitting.filter((site) => misses.every((one) => one.site !== site))
    // A newer version than the tests cover is patched whole or not at all.
    const patched = fit === 'untested' && misses.length > 0 ? [] : found
    const handed = patched.reduce((current, site) => patcher.patch(current, site), exports)
    if (patched.length > 0) note(library, fit === 'untested' ? 'untested_version' : 'patched', version)
    for (const { site, miss } of misses) tellMissing(library, module, site.at, miss.where, miss.near, version)
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

  for (const { index, path, exports } of loadedEarly(targets)) {
    const { library, module, seen } = targets[index] as Target
    if (seen === undefined) {
      note(library, 'loaded_before_agent', path)
      tell(
        `early ${library}`,
        `${module} was loaded before the agent; functions that were taken from it until now are not profiled. Start the agent first, before other --require and --import`,
      )
    }
    loaded(index, exports, path)
  }
  const collect = hookModules(
    targets,
    {
      loaded,
      refused({ index, state, detail }) {
        const { library, seen } = targets[index] as Target
        if (seen !== undefined) return
        if (state === 'unneeded') return unneeded(index)
        if (state === 'unsupported_version') return unsupported(library, detail)
        note(library, state, detail)
        tell(
          `unsafe ${library} ${detail}`,
          `${library}: exports that change later can't be hooked without breaking them (${detail}); the file is left untouched`,
        )
      },
      fault,
    },
    folder,
  )
  return { collect, refresh() {} }
}

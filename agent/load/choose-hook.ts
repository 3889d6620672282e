import { sep } from 'node:path'
import { chunk } from '../chunk.ts'
import { reasonOf } from '../diagnostics.ts'
import type { Unwrapped } from '../locate/bindings.ts'
import type { Watched } from '../replace/patch.ts'
import { kindOf } from './kind.ts'
import { isTypeScript } from './lexed.ts'
import type { Lined } from './line.ts'
import { type Match, pathOf } from './match.ts'
import { type Fit, fitOf, versionOf } from './versions.ts'

/** Why a module that matches is left as it is. */
export interface Refusal {
  readonly index: number
  readonly state: 'unsupported_version' | 'unsafe_exports' | 'wrap_failed' | 'unneeded'
  readonly detail: string
}

/** A module that is asked for. */
export interface Asked {
  readonly url: string
  readonly specifier: string
  readonly format?: string | null | undefined
  /** The file that the application is started with. */
  readonly isEntry: boolean
  /** Asked for by require(), in a Node whose hooks see that. */
  readonly isRequired: boolean
  /** Asked for by the facade of another agent, so that it can have none of ours. */
  readonly isBehind?: boolean
}

/**
 * The three ways to hook a module: import-in-the-middle's facade in front of it; a line at its end; or, for CommonJS,
 * after it was evaluated. The latter two know it by its URL when it is loaded.
 */
export type ModuleHook =
  | { readonly kind: 'facade'; readonly hits: readonly number[] }
  | { readonly kind: 'line' | 'commonjs'; readonly lined: Lined }

export interface ChooseParts {
  readonly watched: readonly Watched[]
  readonly match: Match
  /** Told of each watched module that is not hooked. */
  readonly refuse: (refusal: Refusal) => void
  /** True to hook packages by a line where that is enough, since other loaders would see a facade's URL. */
  readonly lines?: boolean
  /** True when an ES module was loaded by a require() that these hooks can't see. */
  readonly wasRequired?: (path: string) => boolean
}

/** Decides how an imported module is hooked. Runs in the loader thread on older Node, so it takes plain data. */
export function createChooseHook({ watched, match, refuse, lines = false, wasRequired }: ChooseParts) {
  const decided = new Map<string, ModuleHook | undefined>()

  return (asked: Asked): ModuleHook | undefined => {
    const path = pathOf(asked.url)
    const hits = match(path, asked.specifier)
    if (hits.length === 0 || path === undefined) return undefined
    // require-in-the-middle hooks all other modules that are required.
    if (asked.isRequired && !hits.some((index) => isUserModule(index, path))) return undefined
    const key = `${path} ${hits} ${asked.isBehind}`
    if (!decided.has(key)) {
      decided.set(key, undefined)
      decided.set(key, decide(path, hits, asked))
    }
    const hook = decided.get(key)
    return hook?.kind !== 'line' && (asked.isEntry || asked.isRequired) ? undefined : hook
  }

  function decide(path: string, hits: readonly number[], { format, isEntry, isBehind }: Asked): ModuleHook | undefined {
    const version = versionOf(path)
    const fits = hits.filter((index) => isEligible(index, version))
    if (fits.length === 0) return undefined
    if (path.startsWith('node:')) return { kind: 'facade', hits: fits }
    const kind = kindOf(path, format)
    if (kind === undefined) return undefined
    const pathStarts = fits.flatMap((index) => watched[index]?.pathStarts ?? [])
    const lined = (unwrapped?: Unwrapped) => ({
      hits: fits,
      pathStarts,
      isTypeScript: isTypeScript(path),
      unwrapped,
      format,
    })
    if (kind === 'commonjs') return { kind, lined: lined() }
    const facade: ModuleHook = { kind: 'facade', hits: fits }
    if (fits.some((index) => isUserModule(index, path))) {
      const settable = analysis().trySettable(path, pathStarts)
      const isEnough = settable?.fixed.size === 0
      const isLate = wasRequired?.(path) === true && pathStarts.some(({ sets }) => sets)
      if (isEnough && !isLate) return { kind: 'line', lined: lined() }
      if (isEntry) return { kind: 'line', lined: lined('entry') }
      if (settable === undefined) return facade
      if (analysis().tryLive(path).length > 0) return { kind: 'line', lined: lined('live') }
      if (analysis().tryCircle(path)) return { kind: 'line', lined: lined('circle') }
      return facade
    }
    if (isBehind && analysis().trySettable(path, pathStarts)?.fixed.size === 0) return { kind: 'line', lined: lined() }
    if ((lines || isBehind) && fits.every((index) => watched[index]?.pathStarts?.every(({ sets }) => !sets)))
      return { kind: 'line', lined: { ...lined(), pathStarts: [] } }
    const live = fits.every((index) => isTested(index, version)) ? [] : analysis().tryLive(path)
    if (live.length === 0) return facade
    for (const index of fits)
      refuse({ index, state: 'unsafe_exports', detail: `${live.slice(0, 3).join(', ')} in ${path}` })
    return undefined
  }

  /** True for one of the user's own files, not an installed package. */
  function isUserModule(index: number, path: string): boolean {
    return watched[index]?.userEntry === true && !path.includes(`${sep}node_modules${sep}`)
  }

  /** The tests of the built-ins show that their versions can be wrapped; to read a large module costs its load 0.1 s. */
  function isTested(index: number, version: string | undefined): boolean {
    const { versions, userEntry = false } = watched[index] ?? {}
    return !userEntry && version !== undefined && versions !== undefined && fitOf(version, versions) === 'tested'
  }

  /** True when the version is supported, and some method is for it; else the reason is reported. */
  function isEligible(index: number, version: string | undefined): boolean {
    const fit: Fit = fitOf(version, watched[index]?.versions)
    if (fit === 'unsupported') {
      refuse({ index, state: 'unsupported_version', detail: `${version} is older than ${watched[index]?.versions}` })
      return false
    }
    const { ranges } = watched[index] ?? {}
    if (ranges === undefined || ranges.some((range) => fitOf(version, range) === 'tested')) return true
    refuse({ index, state: 'unneeded', detail: '' })
    return false
  }
}

/** What a module's source tells; most are hooked without. */
const analysis = () => chunk<typeof import('./analysis.ts')>('analysis')

/** The file that could not be wrapped, and the innermost reason, cut short. */
export function failureOf(path: string, cause: unknown): string {
  let inner = cause
  for (let depth = 0; depth < 5 && (inner as Error)?.cause !== undefined; depth++) inner = (inner as Error).cause
  return `${path}: ${reasonOf(inner).slice(0, 120)}`
}

import { liveExports } from './live.ts'
import { type Match, pathOf } from './match.ts'
import { type Fit, fitOf, versionOf } from './versions.ts'

/** A watched module with the range of versions that the tests cover. */
export interface Ranged {
  readonly versions?: string | undefined
  /** The ranges of its methods; a version that none of them has needs no hook. Absent means that every version does. */
  readonly ranges?: readonly (string | undefined)[] | undefined
  /** One of the user's own, of which no test of ours knows that it can be wrapped. */
  readonly own?: boolean
}

/** Why an ES module that matches is left as it is. */
export interface Refusal {
  readonly index: number
  readonly state: 'unsupported_version' | 'unsafe_exports' | 'unneeded'
  readonly detail: string
}

/**
 * Decides on which side of import-in-the-middle an ES module goes: wrapped, or untouched. Runs in the loader thread
 * on older Node, so it takes plain data. `refuse` is told about each watched module that is not admitted.
 */
export function createAdmit(watched: readonly Ranged[], match: Match, refuse: (refusal: Refusal) => void) {
  const decided = new Map<string, boolean>()

  return (url: string, specifier: string): boolean => {
    const path = pathOf(url)
    const hits = match(path, specifier)
    if (hits.length === 0 || path === undefined) return false
    const known = decided.get(path)
    if (known !== undefined) return known
    decided.set(path, false)
    const admitted = decide(path, hits)
    decided.set(path, admitted)
    return admitted
  }

  function decide(path: string, hits: readonly number[]): boolean {
    const version = versionOf(path)
    const fits = hits.filter((index) => fitsAt(index, version))
    if (fits.length === 0) return false
    const live = fits.every((index) => isTested(index, version)) ? [] : tryLive(path)
    if (live.length === 0) return true
    for (const index of fits)
      refuse({ index, state: 'unsafe_exports', detail: `${live.slice(0, 3).join(', ')} in ${path}` })
    return false
  }

  /** The tests of the built-ins show that their versions can be wrapped; to read a large module costs its load 0.1 s. */
  function isTested(index: number, version: string | undefined): boolean {
    const { versions, own = false } = watched[index] ?? {}
    return !own && version !== undefined && versions !== undefined && fitOf(version, versions) === 'tested'
  }

  function fitsAt(index: number, version: string | undefined): boolean {
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

/** A module that can't be read or lexed (another loader makes it) is left to import-in-the-middle's own judgement. */
function tryLive(path: string): string[] {
  try {
    return liveExports(path)
  } catch {
    return []
  }
}

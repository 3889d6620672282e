import { dirname } from 'node:path'
import { vendored } from '../chunk.ts'
import { packageAt } from './package.ts'

/** An installed version, compared with the range that the tests cover. */
export type Fit = 'tested' | 'untested' | 'unsupported'

const told = new Map<string, string | undefined>()

/** The version of a module that is no file, inside of a bundle. */
export const tellVersion = (path: string, version: string | undefined): void => void told.set(path, version)

/** The version of the package that a file belongs to; a built-in's is Node's. */
export function versionOf(path: string): string | undefined {
  if (told.has(path)) return told.get(path)
  return path.startsWith('node:') ? process.versions.node : packageAt(dirname(path))?.version
}

/** Newer than the range is untested, older is unsupported; without a version or a range everything goes. */
export function fitOf(version: string | undefined, range: string | undefined): Fit {
  if (version === undefined || range === undefined) return 'tested'
  const { satisfies, gtr } = vendored<Pick<typeof import('semver'), 'satisfies' | 'gtr'>>('semver')
  if (satisfies(version, range, { includePrerelease: true })) return 'tested'
  return gtr(version, range) ? 'untested' : 'unsupported'
}

import { dirname } from 'node:path'
import { agentRequire } from '../chunk.ts'
import { packageAt } from './package.ts'

/** An installed version, compared with the range that the tests cover. */
export type Fit = 'tested' | 'untested' | 'unsupported'

/** The version of the package that a file belongs to; a built-in's is Node's. */
export function versionOf(path: string): string | undefined {
  return path.startsWith('node:') ? process.versions.node : packageAt(dirname(path))?.version
}

/** Newer than the range is untested, older is unsupported; without a version or a range everything goes. */
export function fitOf(version: string | undefined, range: string | undefined): Fit {
  if (version === undefined || range === undefined) return 'tested'
  const require = agentRequire()
  const satisfies = require('semver/functions/satisfies') as typeof import('semver').satisfies
  if (satisfies(version, range, { includePrerelease: true })) return 'tested'
  const gtr = require('semver/ranges/gtr') as typeof import('semver').gtr
  return gtr(version, range) ? 'untested' : 'unsupported'
}

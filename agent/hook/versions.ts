import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** How an installed version stands to the range that the tests cover. */
export type Fit = 'tested' | 'untested' | 'unsupported'

/** The version of the package that a file belongs to, from the nearest package.json that has one; a built-in's is Node's. */
export function versionOf(path: string): string | undefined {
  if (path.startsWith('node:')) return process.versions.node
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      if (typeof version === 'string') return version
    } catch {
      // No package.json here: the next folder up may have it.
    }
    if (folder === dirname(folder) || folder.endsWith('node_modules')) return undefined
  }
}

/** Newer than the range is untested, older is unsupported; without a version or a range everything goes. */
export function fitOf(version: string | undefined, range: string | undefined): Fit {
  if (version === undefined || range === undefined) return 'tested'
  const require = createRequire(import.meta.url)
  const satisfies = require('semver/functions/satisfies') as typeof import('semver').satisfies
  if (satisfies(version, range, { includePrerelease: true })) return 'tested'
  const gtr = require('semver/ranges/gtr') as typeof import('semver').gtr
  return gtr(version, range) ? 'untested' : 'unsupported'
}

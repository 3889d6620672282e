import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { vendored } from '../../chunk.ts'
import { builtInEngine, type Engine, peerEngine } from './engine.ts'

const name = 'better-sqlite3'

/** What there is to open databases with; else why there is nothing, and what to install. */
export function findEngine(
  pathOf: (name: string) => string | undefined,
  held?: (say: () => void) => void,
): Engine | string {
  const builtIn = builtInEngine(held)
  if (builtIn !== undefined) return builtIn
  const path = pathOf(name)
  const lacks = `Node ${process.versions.node} has no node:sqlite, as 22.13 and later have`
  if (path === undefined) return `${lacks}, and ${name} is not installed: npm install ${wanted()}`
  const { version, engines } = packageOf(path)
  // A build for another Node may crash the process.
  if (typeof engines?.node === 'string' && !runsOn(engines.node))
    return `${lacks}, and ${name} ${version} is for Node ${engines.node}: npm install ${wanted()}`
  return peerEngine(() => createRequire(path)(path))
}

/** The last major that runs on Node 20. */
const wanted = () => (Number.parseInt(process.versions.node, 10) < 22 ? `${name}@12` : name)

const runsOn = (range: string): boolean =>
  vendored<Pick<typeof import('semver'), 'satisfies'>>('semver').satisfies(process.versions.node, range)

interface Manifest {
  readonly name?: unknown
  readonly version?: unknown
  readonly engines?: { readonly node?: unknown }
}

/** The package.json above its file. */
function packageOf(path: string): Manifest {
  for (let at = dirname(path); dirname(at) !== at; at = dirname(at)) {
    try {
      const found = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as Manifest
      if (found.name === name) return found
    } catch {
      // The folder above may have one.
    }
  }
  return {}
}

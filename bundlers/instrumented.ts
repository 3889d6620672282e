import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { tryCircle, tryLive } from '../agent/load/analysis.ts'
import type { Bundled } from '../agent/load/bundled.ts'
import { kindOf } from '../agent/load/kind.ts'
import { lexed } from '../agent/load/lexed.ts'
import { packageAt } from '../agent/load/package.ts'
import { fitOf } from '../agent/load/versions.ts'
import { pathStartOf } from '../agent/locate/path.ts'
import type { ModulePatch } from '../agent/replace/patch.ts'
import { exportsIn } from './exports.ts'
import { filtersOf } from './filters.ts'
import { readWatched, type WatchedModules } from './watched.ts'

/** A module that is to hand its exports to the agent. */
export interface Instrumented {
  readonly bundled: Bundled
  /** CommonJS gets a line at its end, an ES module another in front of it. */
  readonly kind: 'module' | 'commonjs'
  /** The exports at which paths begin; undefined where it may be any. */
  readonly names: ReadonlySet<string> | undefined
  /** Those of them that have to be set. */
  readonly set: ReadonlySet<string>
  readonly hasDefault: boolean
}

/** Finds what is instrumented of the files of a bundle. Whatever fails is a warning, and the file is bundled as it is. */
export function createInstrumented(warn: (text: string) => void, cwd = process.cwd(), env = process.env) {
  const known = new Map<string, Instrumented | undefined>()
  let watched: WatchedModules | undefined | null
  const guarded = <T>(what: string, run: () => T): T | undefined => {
    try {
      return run()
    } catch (error) {
      warn(`${what} can't be instrumented, and is bundled as it is: ${(error as Error)?.message ?? error}`)
      return undefined
    }
  }
  const read = () => {
    watched ??= guarded('the application', () => readWatched(cwd, env)) ?? null
    return watched ?? undefined
  }

  return {
    /** `specifier` is what it was asked for by. */
    find(path: string, specifier?: string): Instrumented | undefined {
      if (!isAbsolute(path) || /\.(json|node|wasm|css)$/.test(path)) return undefined
      return guarded(path, () => {
        const all = read()
        const hits = all?.match(path, specifier) ?? []
        if (all === undefined || hits.length === 0) return undefined
        // A build that watches its files looks again at one that has changed.
        const key = `${path} ${hits} ${statSync(path).mtimeMs}`
        if (!known.has(key)) known.set(key, describe(path, hits, all, warn))
        return known.get(key)
      })
    },
    guarded,
    /** Undefined where there is nothing to find. */
    filters: () => {
      const all = read()
      return all && filtersOf(all.modules)
    },
  }
}

function describe(
  path: string,
  hits: readonly number[],
  { modules, keyOf }: WatchedModules,
  warn: (text: string) => void,
): Instrumented | undefined {
  const found = packageAt(dirname(path))
  const { version } = found ?? {}
  const watching = hits
    .map((index) => modules[index] as ModulePatch)
    .filter(({ versions }) => fitOf(version, versions) !== 'unsupported')
  if (watching.length === 0) return undefined
  const within = found === undefined ? path : relative(found.root, path).replaceAll(sep, '/')
  const bundled = {
    path: found === undefined ? within : `${found.name}${version === undefined ? '' : `@${version}`}/${within}`,
    version,
    keys: [...new Set(watching.map(keyOf))],
  }
  const source = readFileSync(path, 'utf8')
  // A script that is an ES module by its package has no `module`.
  if (!isModule(path, source) && kindOf(path) === 'module') return undefined
  if (!isModule(path, source)) return { bundled, kind: 'commonjs', names: undefined, set: new Set(), hasDefault: false }
  const { names, hasDefault, isOpen } = exportsIn(path)
  const starts = watching.flatMap(({ patches, seen }) =>
    seen !== undefined
      ? [undefined]
      : patches()
          .filter((patch) => fitOf(version, patch.versions) === 'tested')
          .map(({ at, from }) => (from === undefined ? pathStartOf(at) : undefined)),
  )
  const isThere = (name: string) => names.has(name) || isOpen
  const asked = starts.flatMap((start) => (start === undefined || !isThere(start.name) ? [] : [start]))
  const set = new Set(asked.filter(({ sets }) => sets).map(({ name }) => name))
  // The other names of what is set.
  for (const name of [...set])
    for (const [other, binding] of names) if (names.get(name) === binding) set.add(other)
  const isOwn = watching.some(({ userEntry }) => userEntry)
  const isTested = !isOwn && watching.every(({ versions }) => fitOf(version, versions) === 'tested')
  const why = set.size === 0 || isTested ? undefined : whyFixed(path, isOwn)
  if (why !== undefined) {
    warn(`${path}: ${[...set].join(', ')} can't be profiled in the bundle: ${why}`)
    set.clear()
  }
  const all = new Set([...asked.map(({ name }) => name), ...set, ...(hasDefault ? ['default'] : [])])
  return { bundled, kind: 'module', names: starts.includes(undefined) ? undefined : all, set, hasDefault }
}

/** Importers get a copy of a binding that is to be set, made when all that the module imports was evaluated. */
function whyFixed(path: string, isOwn: boolean): string | undefined {
  const live = tryLive(path)
  if (live.length > 0) return `${live.slice(0, 3).join(', ')} may change after it was evaluated`
  return isOwn && tryCircle(path) ? 'it is in a circle of imports that is used while it is evaluated' : undefined
}

/** As bundlers decide: by the extension, else by the syntax. */
function isModule(path: string, source: string): boolean {
  if (/\.m[jt]s$/.test(path)) return true
  if (/\.c[jt]s$/.test(path)) return false
  return /\b(?:import|export)\b/.test(source) && lexed(source).isModule
}

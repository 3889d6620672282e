import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { libraryOf, manifests } from '../../agent/library.ts'
import { liveExports } from '../../agent/load/live-bindings.ts'
import { packageOf } from '../../agent/load/match.ts'
import { fitOf } from '../../agent/load/versions.ts'
import { methodsOf } from '../../agent/methods.ts'
import { type Terminal, UsageError } from '../command.ts'
import { installedFolder, resolveFrom } from '../files.ts'
import { surveyFile } from './file.ts'
import { unknownPackage } from './installed.ts'
import { type FoundBy, type LoadedPackage, loadPackage } from './load.ts'
import { type Candidate, noSignature, type Survey } from './model.ts'
import { parseFunction } from './parse.ts'
import { whyMinor } from './reasons.ts'
import { signatureOf } from './signature.ts'

/** A package as it is installed. */
export interface Package extends Survey {
  readonly version: string | undefined
  /** The built-in that profiles some of it already, with the ways of those. */
  readonly covered: readonly { readonly library: string; readonly ats: readonly string[] }[]
}

/**
 * Loads a package in a process of its own and looks at its exports; what can't be loaded is read instead. Throws a
 * `UsageError` where there is no such package.
 */
export async function surveyPackage(name: string, { cwd, env }: Terminal, timeoutMs: number): Promise<Package> {
  if (name.startsWith('node:') || builtinModules.includes(name))
    throw new UsageError(
      `${name} is a module of Node itself, whose functions are every package's; name the package or file that calls it`,
    )
  const root = packageOf(name)
  const folder = installedFolder(root, cwd)
  if (folder === undefined) throw new UsageError(unknownPackage(name, cwd))
  const about = readJson(join(folder, 'package.json'))
  const version = typeof about.version === 'string' ? about.version : undefined
  const mine = manifests().filter(({ module }) => module === name)
  const library = mine[0]?.name
  const ways = library === undefined ? [] : waysOf(library, version)

  const loaded = await loadPackage(name, ways, cwd, env, timeoutMs)
  const notes = [...loaded.notes, ...throughOthers(name, about), ...notesOfLive(name, cwd, loaded)]
  if (loaded.found.length === 0) {
    const file = entryOf(name, folder, about, cwd)
    if (file === undefined || loaded.isLoaded) return { candidates: [], unreachable: [], notes, version, covered: [] }
    const survey = surveyFile(file, cwd)
    return {
      ...survey,
      notes: [...notes, 'what follows was read from its entry file', ...survey.notes],
      version,
      covered: [],
    }
  }
  const covered = loaded.found.filter((one) => one.covered).map(({ at }) => at)
  return {
    candidates: loaded.found.filter((one) => !one.covered).map(candidateOf),
    unreachable: [],
    notes,
    version,
    covered: library !== undefined ? [{ library, ats: covered }] : [],
  }
}

function waysOf(library: string, version: string | undefined): string[] {
  return methodsOf(libraryOf(library)).flatMap(({ at, file, from, note, versions }) =>
    at === undefined ||
    note !== undefined ||
    file !== undefined ||
    from !== undefined ||
    fitOf(version, versions) !== 'tested'
      ? []
      : [at],
  )
}

function candidateOf({ at, name, holder, source, by }: FoundBy): Candidate {
  const node = parseFunction(source)
  const signature = node === undefined ? noSignature : signatureOf(node)
  return { at, name, holder, signature, location: by && `by ${by} alone`, minor: whyMinor(name, signature) }
}

// biome-ignore lint/suspicious/noExplicitAny: a package.json may hold anything
function readJson(file: string): any {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

/** Names the built-in that covers a dependency of the package, which may be a door to it: redis to @redis/client. */
function throughOthers(name: string, { dependencies = {} }: { dependencies?: object }): string[] {
  return manifests().flatMap((one) =>
    one.module !== name && Object.hasOwn(dependencies ?? {}, one.module)
      ? [`it is built on ${one.module}, whose calls the built-in ${one.name} profiles already`]
      : [],
  )
}

function notesOfLive(name: string, cwd: string, { isLoaded }: LoadedPackage): string[] {
  const file = isLoaded ? resolveFrom(cwd, name) : undefined
  if (file === undefined || !/\.m?js$/.test(file)) return []
  try {
    const live = liveExports(file)
    return live.length === 0
      ? []
      : [`imported as ES module it is left untouched: ${live.slice(0, 3).join(', ')} changes after it was loaded`]
  } catch {
    return []
  }
}

function entryOf(
  name: string,
  folder: string,
  about: { module?: unknown; main?: unknown },
  cwd: string,
): string | undefined {
  const named = [about.module, about.main, 'index.js', 'index.mjs']
    .filter((one) => typeof one === 'string')
    .map((one) => join(folder, one as string))
  const inFolder = name === packageOf(name) ? named : []
  return [resolveFrom(cwd, name), ...inFolder].find(
    (file) => file !== undefined && /\.[cm]?js$/.test(file) && existsSync(file),
  )
}

/** `>=1.2 <2` of 1.2.3, `>=0.3 <0.4` of 0.3.1; undefined without a version. */
export function rangeOf(version: string | undefined): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (major === undefined || minor === undefined) return undefined
  return major === '0' ? `>=0.${minor} <0.${Number(minor) + 1}` : `>=${major}.${minor} <${Number(major) + 1}`
}

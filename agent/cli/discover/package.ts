import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { libraryOf, outlines } from '../../hook/library.ts'
import { liveExports } from '../../hook/live.ts'
import { packageOf } from '../../hook/match.ts'
import { fitOf } from '../../hook/versions.ts'
import { nearest } from '../../nearest.ts'
import { type Terminal, UsageError } from '../command.ts'
import { surveyFile } from './file.ts'
import { type Candidate, noSignature, type Survey } from './model.ts'
import { parseFunction } from './parse.ts'
import type { Reflected, Reflection } from './reflect.ts'
import { signatureOf } from './signature.ts'
import { whyMinor } from './way.ts'

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
  const folder = folderOf(root, cwd)
  if (folder === undefined) throw new UsageError(unknownPackage(name, cwd))
  const about = readJson(join(folder, 'package.json'))
  const version = typeof about.version === 'string' ? about.version : undefined
  const mine = outlines().filter(({ module }) => module === name)
  const library = mine[0]?.name
  const ways = library === undefined ? [] : waysOf(library, version)

  const loaded = await load(name, ways, cwd, env, timeoutMs)
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
  return libraryOf(library).methods.flatMap(({ at, file, from, note, versions }) =>
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
  return { at, name, holder, signature, place: by && `by ${by} alone`, minor: whyMinor(name, signature) }
}

/** `by` where only one of the two ways to load the package has it. */
type FoundBy = Reflected & { readonly by?: 'import' | 'require' }

interface LoadedPackage {
  readonly found: readonly FoundBy[]
  readonly notes: readonly string[]
  readonly isLoaded: boolean
}

/** What `import` and `require` give. */
async function load(
  name: string,
  ways: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<LoadedPackage> {
  const { lines, end } = await runChild(name, ways, cwd, env, timeoutMs)
  const by = (word: string) => lines.find((line) => line.by === word)
  const both = [by('import'), by('require')].flatMap((line) => (line !== undefined && 'found' in line ? [line] : []))
  const [first, second] = both
  if (first === undefined) {
    const error = lines.flatMap((line) => ('error' in line ? [line.error] : []))[0]
    return { found: [], notes: [`${name} could not be loaded by itself: ${error ?? end}`], isLoaded: false }
  }
  const ats = new Set(first.found.map(({ at }) => at))
  const others = second?.found.filter(({ at }) => !ats.has(at)) ?? []
  const notes =
    second === undefined ? [`it was loaded by ${first.by} alone${lines.length < 2 ? `; by require, ${end}` : ''}`] : []
  const alone = (line: typeof first) => (one: Reflected) => ({ ...one, by: line.by })
  const hasBoth = new Set(second?.found.map(({ at }) => at) ?? ats)
  const found = [
    ...first.found.map((one) => (hasBoth.has(one.at) ? one : alone(first)(one))),
    ...(second === undefined ? [] : others.map(alone(second))),
  ]
  return { found, notes, isLoaded: true }
}

const code = `const [name, chunk, ways] = process.argv.slice(1)
import(chunk).then(({ default: { reflect } }) => reflect(name, (name) => import(name), JSON.parse(ways)))`

/** Nothing of what the package prints is kept: only the lines of the third stream are. */
function runChild(name: string, ways: readonly string[], cwd: string, env: NodeJS.ProcessEnv, timeoutMs: number) {
  const { NODE_OPTIONS: _, ...others } = env
  const chunk = new URL('../chunk/reflect.cjs', import.meta.url).href
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', code, '--', name, chunk, JSON.stringify(ways)],
    {
      cwd,
      env: { ...others, CROSSBRIDGE_PROFILING_ENABLED: 'false' },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    },
  )
  let text = ''
  const began = Date.now()
  child.stdio[3]?.on('data', (part) => {
    if (text.length < 50_000_000) text += part
  })
  return new Promise<{ lines: readonly Reflection[]; end: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit, signal) => {
      const isLate = signal === 'SIGKILL' && Date.now() - began >= timeoutMs
      const end = isLate
        ? `it had not ended after ${timeoutMs / 1000} s`
        : signal === null
          ? `it ended the process with ${exit}`
          : `the process was ended by ${signal}`
      resolve({ lines: text.split('\n').flatMap(lineOf), end })
    })
  })
}

function lineOf(text: string): Reflection[] {
  try {
    return text === '' ? [] : [JSON.parse(text)]
  } catch {
    return []
  }
}

/** The package's own folder, by the words that Node looks it up with. */
export function folderOf(root: string, cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', root)
    if (existsSync(join(path, 'package.json'))) return path
    if (folder === dirname(folder)) return undefined
  }
}

function unknownPackage(name: string, cwd: string): string {
  const root = packageOf(name)
  const near = nearest(root, installedIn(cwd), 3)
  const isFile = existsSync(join(cwd, name))
  const help = isFile
    ? `for the file write ./${name}`
    : near.length > 0
      ? `did you mean ${near.join(', ')}?`
      : 'install it first, or name a file as ./src/file.js'
  return `there is no package ${JSON.stringify(root)} in node_modules here or above; ${help}`
}

function installedIn(cwd: string): string[] {
  const list = (folder: string) => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const names = list(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
    if (names.length > 0)
      return names.flatMap((name) =>
        name.startsWith('@') ? list(join(folder, 'node_modules', name)).map((inner) => `${name}/${inner}`) : [name],
      )
    if (folder === dirname(folder)) return []
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a package.json may hold anything
function readJson(file: string): any {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

/** Where the package is only a door to one that a built-in covers: redis is one to @redis/client. */
function throughOthers(name: string, { dependencies = {} }: { dependencies?: object }): string[] {
  return outlines().flatMap((one) =>
    one.module !== name && Object.hasOwn(dependencies ?? {}, one.module)
      ? [`it is built on ${one.module}, whose calls the built-in ${one.name} profiles already`]
      : [],
  )
}

function notesOfLive(name: string, cwd: string, { isLoaded }: LoadedPackage): string[] {
  const file = isLoaded ? resolved(name, cwd) : undefined
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

function resolved(name: string, cwd: string): string | undefined {
  try {
    return createRequire(join(cwd, 'noop.js')).resolve(name)
  } catch {
    return undefined
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
  const own = name === packageOf(name) ? named : []
  return [resolved(name, cwd), ...own].find((file) => file !== undefined && /\.[cm]?js$/.test(file) && existsSync(file))
}

/** `>=1.2 <2` of 1.2.3, `>=0.3 <0.4` of 0.3.1; undefined without a version. */
export function rangeOf(version: string | undefined): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (major === undefined || minor === undefined) return undefined
  return major === '0' ? `>=0.${minor} <0.${Number(minor) + 1}` : `>=${major}.${minor} <${Number(major) + 1}`
}

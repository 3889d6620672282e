import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { manifests } from '../../agent/library.ts'
import { type Fit, fitOf } from '../../agent/load/versions.ts'
import { UsageError } from '../command.ts'
import { near } from '../config.ts'
import { foldersFrom, installedFolder, jsonIn } from '../files.ts'

// biome-ignore lint/suspicious/noExplicitAny: a package.json may hold anything
type Json = any

/** The project that the command is called in. */
export interface Project {
  /** That of the nearest package.json; the working directory where there is none. */
  readonly folder: string
  readonly hasPackage: boolean
  readonly scripts: Readonly<Record<string, string>>
  readonly main: string | undefined
  /** The names of all packages that it depends on. */
  readonly dependencies: readonly string[]
  readonly libraries: readonly Library[]
  readonly manager: 'npm' | 'pnpm' | 'yarn' | 'bun'
  /** The agent as a dependency, of development only, or missing. */
  readonly agent: 'dependency' | 'development' | 'missing'
  /** True if the agent is in a node_modules in which editors find its schema. */
  readonly isInstalled: boolean
}

/** A library of the project's that the agent knows. */
export interface Library {
  readonly name: string
  readonly module: string
  /** Undefined where it is not installed yet. */
  readonly version: string | undefined
  readonly range: string | undefined
  readonly fit: Fit
  /** The dependency that brings it along. */
  readonly through: string | undefined
}

const agentName = '@crossbridge/agent'

/** Reads the nearest package.json and what is installed. Throws a `UsageError` where that file can't be read. */
export function readProject(cwd: string): Project {
  const folder = foldersFrom(cwd).find((one) => existsSync(join(one, 'package.json')))
  const packageJson: Json = folder === undefined ? {} : readJson(join(folder, 'package.json'), cwd)
  const home = folder ?? cwd
  const dependencies = namesIn(packageJson.dependencies)
  const development = namesIn(packageJson.devDependencies)
  const optional = namesIn(packageJson.optionalDependencies)
  const all = [...dependencies, ...optional, ...development]
  const isAgent = packageJson.name === agentName
  return {
    folder: home,
    hasPackage: folder !== undefined,
    scripts: Object.fromEntries(
      Object.entries(packageJson.scripts ?? {}).filter(([, line]) => typeof line === 'string'),
    ) as Record<string, string>,
    main: typeof packageJson.main === 'string' ? packageJson.main : undefined,
    dependencies: all,
    libraries: librariesOf(all, packageJson, home),
    manager: managerOf(home, packageJson.packageManager),
    agent:
      dependencies.includes(agentName) || isAgent
        ? 'dependency'
        : development.includes(agentName)
          ? 'development'
          : 'missing',
    isInstalled: existsSync(join(home, 'node_modules', agentName, 'schema.json')),
  }
}

const namesIn = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : [])

function readJson(file: string, cwd: string): Json {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
    throw new Error('it holds no object')
  } catch (error) {
    const message = (error as Error).message.replace(/ in JSON at position .*| \(line .*|, (\.\.\.)?".*/s, '')
    throw new UsageError(
      `${near(file, cwd)}${locationOf(text)} can't be read: ${message}; mend it, then run init again`,
    )
  }
}

/**
 * `:3:14`, where JSON ends to be JSON. Not every message of Node's tells: it is where a longer beginning of the text
 * fails otherwise than by its end.
 */
function locationOf(text: string): string {
  let [good, bad] = [0, text.length + 1]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isBeginning(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const before = text.slice(0, good).split('\n')
  return `:${before.length}:${(before.at(-1) ?? '').length + 1}`
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const { message } = error as Error
    const position = /at position (\d+)/.exec(message)?.[1]
    return /end of JSON|Unterminated/.test(message) || Number(position) >= text.length
  }
}

/** Each library that the project depends on, or that one of its dependencies brings along. */
function librariesOf(names: readonly string[], packageJson: Json, folder: string): Library[] {
  const direct = new Map(names.map((name) => [name, installedFolder(name, folder)]))
  return manifests().flatMap(({ name, module, versions }): Library[] => {
    if (module.startsWith('node:')) return []
    const through = direct.has(module)
      ? undefined
      : names.find((one) => namesIn(manifest(direct.get(one))?.dependencies).includes(module))
    if (!direct.has(module) && through === undefined) return []
    const from = through === undefined ? undefined : direct.get(through)
    const folderFound = through === undefined ? direct.get(module) : from && installedFolder(module, realpathSync(from))
    const version = manifest(folderFound)?.version
    const asked = packageJson.dependencies?.[module] ?? packageJson.devDependencies?.[module]
    return [{ name, module, version, range: versions, fit: fitOf(version ?? leastOf(asked), versions), through }]
  })
}

/** The first version in a range of package.json, of a package that is not installed yet. */
const leastOf = (range: unknown) => {
  const [, major, minor = '0', patch = '0'] = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(String(range ?? '')) ?? []
  return major === undefined ? undefined : `${major}.${minor}.${patch}`
}

const manifest = (folder: string | undefined): Json => folder && jsonIn(join(folder, 'package.json'))

const locks = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
] as const

/** By what package.json says, else by the nearest lock file. */
function managerOf(home: string, said: unknown): Project['manager'] {
  const named = /^(npm|pnpm|yarn|bun)@/.exec(String(said))?.[1]
  if (named !== undefined) return named as Project['manager']
  for (const folder of foldersFrom(home)) {
    const found = locks.find(([file]) => existsSync(join(folder, file)))
    if (found !== undefined) return found[1]
  }
  return 'npm'
}

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFolder } from '../../agent/chunk.ts'
import { foldersFrom, isFile, jsonIn, namesIn, realOf, textIn } from '../files.ts'
import { type Found, findConfig } from '../find-config.ts'
import { type PackageJson, readStarts } from './starts.ts'
import type { Start } from './words.ts'

/** The project as doctor sees it. */
export interface Project {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The nearest folder with a package.json; the working directory where there is none. */
  readonly root: string
  readonly packageJson: PackageJson | undefined
  readonly found: Found
  /** Every line that starts the application, those of production first. */
  readonly starts: readonly Start[]
  /** The application's files that the starts name and that are there. */
  readonly entries: readonly string[]
  /** The Dockerfiles, by name. */
  readonly dockerfiles: Readonly<Record<string, string>>
}

export const agentName = '@crossbridge/agent'
/** This copy of the agent. */
export const register = fileURLToPath(new URL('register.mjs', packageFolder()))

export function readProject(cwd: string, env: NodeJS.ProcessEnv): Project {
  const root = rootOf(cwd)
  const packageJson = jsonIn(join(root, 'package.json')) as PackageJson | undefined
  const dockerfiles = Object.fromEntries(
    namesIn(root)
      .filter((name) => /^(Dockerfile(\..+)?|.+\.dockerfile)$/i.test(name))
      .map((name) => [name, textIn(join(root, name))]),
  )
  const starts = readStarts({ root, packageJson, dockerfiles })
  return {
    cwd,
    env,
    root,
    packageJson,
    found: findConfig(cwd, env),
    starts,
    entries: entriesOf(starts, root),
    dockerfiles,
  }
}

/** The files that the starts name, as far as they are there. */
export function entriesOf(starts: readonly Start[], folder: string): string[] {
  const files = starts.flatMap(({ entry }) => (entry === undefined ? [] : (fileOf(resolve(folder, entry)) ?? [])))
  return [...new Set(files)]
}

const rootOf = (cwd: string) => foldersFrom(cwd).find((folder) => existsSync(join(folder, 'package.json'))) ?? cwd

/** All that package.json depends on. */
export const dependenciesOf = ({ packageJson }: Pick<Project, 'packageJson'>): Readonly<Record<string, string>> => ({
  ...packageJson?.devDependencies,
  ...packageJson?.optionalDependencies,
  ...packageJson?.dependencies,
})

/** True if a preload is this agent: by its name, or by its file. */
export function isAgent(module: string, root: string): boolean {
  if (module === agentName || /[\\/]@crossbridge[\\/]agent([\\/]|$)/.test(module)) return true
  if (!/register\.mjs$/.test(module)) return false
  const path = module.startsWith('file:') ? fileURLToPath(module) : resolve(root, module)
  return realOf(path) === realOf(register)
}

/** The file as it would be run: with an extension added, or what a folder's package.json names. */
function fileOf(path: string): string | undefined {
  const { main = 'index.js' } = (jsonIn(join(path, 'package.json')) ?? {}) as PackageJson
  return [path, ...['.js', '.cjs', '.mjs', '.ts'].map((end) => path + end), join(path, main)].find(isFile)
}

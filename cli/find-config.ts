import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Loaded, load } from '../agent/config/load.ts'
import { foldersFrom } from './files.ts'

/** The configuration as an application that is started here would read it. */
export interface Found extends Loaded {
  /** The file that there would be without CROSSBRIDGE_CONFIG. */
  readonly home: string | undefined
  /** One above the project, which is not read. */
  readonly above: string | undefined
  /** The reason why this file is read; undefined for one in the working directory. */
  readonly because: string | undefined
}

/** Reads it as register.mjs does: the file that CROSSBRIDGE_CONFIG names, else the nearest one of the project. */
export function findConfig(cwd: string, env: NodeJS.ProcessEnv): Found {
  const nearest = nearestFile(cwd)
  const project = nearest === undefined ? undefined : projectOf(dirname(nearest), cwd)
  const home = project === undefined ? undefined : nearest
  const named = env.CROSSBRIDGE_CONFIG ? resolve(cwd, env.CROSSBRIDGE_CONFIG) : undefined
  const loaded = load(named ?? home, env, cwd, named === undefined ? undefined : home)
  const isNamed = named !== undefined && loaded.file === named
  const isFar = loaded.file !== undefined && dirname(loaded.file) !== cwd
  const locked = named === undefined || isNamed ? '' : ', which is locked'
  return {
    ...loaded,
    home,
    above: named === undefined && home === undefined ? nearest : undefined,
    because: isNamed
      ? 'named by CROSSBRIDGE_CONFIG'
      : isFar || locked
        ? `the nearest one of the project ${project}${locked}`
        : undefined,
  }
}

const nearestFile = (cwd: string) =>
  foldersFrom(cwd)
    .flatMap((folder) => ['crossbridge.yml', 'crossbridge.yaml'].map((name) => join(folder, name)))
    .find((file) => existsSync(file))

/** The project's folder, if this one belongs to it: the outermost with a package.json, workspace or repository. */
function projectOf(folder: string, cwd: string): string | undefined {
  const isRoot = (at: string) =>
    ['package.json', '.git', 'pnpm-workspace.yaml'].some((name) => existsSync(join(at, name)))
  return foldersFrom(folder).findLast(isRoot) ?? (folder === cwd ? cwd : undefined)
}

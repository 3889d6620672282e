import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Loaded, load } from '../config/load.ts'

/** The configuration as an application that is started here would read it. */
export interface Found extends Loaded {
  /** The file that there would be without CROSSBRIDGE_CONFIG. */
  readonly home: string | undefined
}

/** Reads it as register.mjs does: the file that CROSSBRIDGE_CONFIG names, else the nearest one in this folder or above. */
export function findConfig(cwd: string, env: NodeJS.ProcessEnv): Found {
  const home = nearestFile(cwd)
  const named = env.CROSSBRIDGE_CONFIG ? resolve(cwd, env.CROSSBRIDGE_CONFIG) : undefined
  return { ...load(named ?? home, env, cwd, named === undefined ? undefined : home), home }
}

function nearestFile(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const name of ['crossbridge.yml', 'crossbridge.yaml']) {
      if (existsSync(join(folder, name))) return join(folder, name)
    }
    if (folder === dirname(folder)) return undefined
  }
}

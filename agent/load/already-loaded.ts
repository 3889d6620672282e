import { fileURLToPath } from 'node:url'
import { agentRequire, codeFolder } from '../chunk.ts'
import type { Match } from './match.ts'

/** A module that `require` had loaded before the agent started. */
export interface AlreadyLoaded {
  readonly index: number
  readonly path: string
  readonly exports: unknown
}

/** The watched modules that are loaded already. ES modules that an earlier preload loaded can't be seen here. */
export function alreadyLoaded(match: Match): AlreadyLoaded[] {
  const { cache } = agentRequire()
  const home = fileURLToPath(codeFolder())
  return Object.keys(cache).flatMap((path) =>
    path.startsWith(home) ? [] : match(path).map((index) => ({ index, path, exports: cache[path]?.exports })),
  )
}

import { createRequire } from 'node:module'
import { isAbsolute, sep } from 'node:path'
import { packageOf, stem, type Watched } from './match.ts'

/** A module that `require` had loaded before the agent started. */
export interface Early {
  readonly index: number
  readonly path: string
  readonly exports: unknown
}

/** The watched modules that are loaded already. ES modules loaded by an earlier preload can't be seen from here. */
export function loadedEarly(watched: readonly Watched[]): Early[] {
  const { cache } = createRequire(import.meta.url)
  const paths = Object.keys(cache)

  return watched.flatMap(({ module, file }, index) => {
    const inside = `${sep}node_modules${sep}${packageOf(module).replaceAll('/', sep)}${sep}`
    const path = paths.find((path) => {
      if (isAbsolute(module)) return stem(path) === stem(module)
      if (!path.includes(inside)) return false
      return file === undefined ? isMain(path, module) : stem(path).endsWith(inside + file.replaceAll('/', sep))
    })
    return path === undefined ? [] : [{ index, path, exports: cache[path]?.exports }]
  })
}

function isMain(path: string, module: string): boolean {
  try {
    return createRequire(path).resolve(module) === path
  } catch {
    return false
  }
}

import { isModuleNamespaceObject } from 'node:util/types'
import type { OnRequireFn, Hook as RequireHook } from 'require-in-the-middle'
import { agentRequire, vendored } from '../chunk.ts'
import { isHanded } from '../locate/bindings.ts'
import type { Match } from './match.ts'

const require = agentRequire()

/**
 * Require-in-the-middle asks a list of names whether it includes a module: first with the path of its file, after it was
 * loaded and before its exports are handed on. Ours knows by the file.
 */
export function hookRequire(
  match: Match,
  hand: (hits: readonly number[], exports: unknown, path: string) => unknown,
  required: ((path: string) => void) | undefined,
  fault: (error: unknown) => void,
): void {
  const { Hook } = vendored<{ Hook: typeof RequireHook }>('ritm')
  const names: string[] = []
  const others = new Set<string>()
  let asked = ''
  let hits: readonly number[] = []
  names.includes = (path) => {
    if (others.has(path)) return false
    try {
      asked = path
      hits = match(path)
    } catch (error) {
      hits = []
      fault(error)
    }
    if (hits.length === 0) others.add(path)
    // Half imported, and required in a circle by its own files: the import hook patches it when it is complete.
    return hits.length > 0 && require.cache[path]?.loaded !== false
  }
  const onRequire = (exports: unknown) => {
    // The line at its end has patched it.
    if (isHanded(exports)) return exports
    if (isModuleNamespaceObject(exports)) required?.(asked)
    return hand(hits, exports, asked)
  }
  new Hook(names, {}, onRequire as OnRequireFn)
}

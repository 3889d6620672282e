import { areBindings } from '../locate/bindings.ts'
import { isCopy, settle } from './replace.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/** What is known of a module's functions after all of its sites were patched. */
export interface Known {
  /** What stands for a function now; any other value itself. */
  standing(value: unknown): unknown
  /** What it stands for. */
  originalOf(value: unknown): unknown
  /** Puts what stands for the function there in its place. */
  replace(holder: Any, key: string | symbol): void
  /** Whether methods may be switched on and off later. */
  readonly track: boolean
}

/**
 * `module.exports = fn; fn.default = fn; fn.search = fn`, `export { fn as other }`: what stands for a function stands
 * for it under each of its names, in the exports, in their default, and on the function itself. Gives the exports.
 */
export function alias(exports: Any, { standing, originalOf, replace, track }: Known): unknown {
  const seen = new Set<unknown>()
  const visit = (holder: Any) => {
    if (holder === null || (typeof holder !== 'object' && typeof holder !== 'function') || seen.has(holder)) return
    seen.add(holder)
    if (isCopy(holder)) return settle(holder, standing, track)
    for (const key of Reflect.ownKeys(holder)) {
      const value = valueIn(holder, key)
      if (standing(value) !== value) replace(holder, key)
      visit(originalOf(value))
      if (key === 'default' && holder === exports) visit(value)
    }
  }
  visit(exports)
  return standing(exports)
}

/** No getter of the application's is called: it may load what nobody has asked for. */
function valueIn(holder: Any, key: string | symbol): unknown {
  return areBindings(holder) ? holder[key] : Object.getOwnPropertyDescriptor(holder, key)?.value
}

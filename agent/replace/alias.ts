import { areBindings } from '../locate/bindings.ts'
import { isCopy, settle } from './replace.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/** The wrappers of a module's functions, after all of its patches were applied. */
export interface AliasParts {
  /** The wrapper of a function that is on; any other value itself. */
  standing(value: unknown): unknown
  /** The function that a wrapper wraps. */
  originalOf(value: unknown): unknown
  /** Puts the wrapper of the function there in its place. */
  replace(holder: Any, key: string | symbol): void
  /** True when methods may be switched on and off later. */
  readonly track: boolean
}

/**
 * `module.exports = fn; fn.default = fn; fn.search = fn`, `export { fn as other }`: puts a function's wrapper under each
 * of its names, in the exports, in their default, and on the function itself. Gives the exports.
 */
export function alias(exports: Any, { standing, originalOf, replace, track }: AliasParts): unknown {
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

/** Calls no getter: it may load a module that nobody has asked for. */
function valueIn(holder: Any, key: string | symbol): unknown {
  return areBindings(holder) ? holder[key] : Object.getOwnPropertyDescriptor(holder, key)?.value
}

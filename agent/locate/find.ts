import { suggest } from '../suggest.ts'
import type { Unset } from './bindings.ts'
import type { Step } from './path.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
type Fn = (...args: Any[]) => Any

/** The end of a path. `rest` is left over when it goes on through a call or an object made later. */
export interface Found {
  readonly holder: Any
  readonly key: string | symbol
  /** The properties from the exports to the holder. */
  readonly trail: readonly { readonly holder: Any; readonly key: string | symbol }[]
  readonly through?: 'call' | 'callbackArgument' | 'new'
  readonly rest: readonly Step[]
}
/** A path that leads to no function. */
export interface Miss {
  readonly where: string
  readonly near: readonly string[]
  /** The path allows it to be missing. */
  readonly optional?: boolean | undefined
  /** The function is there, but its binding can't be set. */
  readonly unset?: Unset | undefined
}

/** Follows a path from the first root that it leads on from: the exports, else their default. */
export function find(roots: readonly Any[], steps: readonly Step[]): Found | Miss {
  let miss: Miss | undefined
  for (const root of roots) {
    const found = walk(root, steps)
    if (!('where' in found)) return found
    miss ??= found
  }
  return miss ?? { where: 'the exports', near: [] }
}

/** The same from an object: its holder is the prototype that has the method. */
export function findFrom(value: Any, steps: readonly Step[]): Found | Miss {
  const found = find([value], steps)
  return 'where' in found || found.holder !== value ? found : { ...found, holder: holderOf(value, found.key) }
}

function walk(root: Any, steps: readonly Step[]): Found | Miss {
  let holder = root
  let path = ''
  const trail: { readonly holder: Any; readonly key: string | symbol }[] = []
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'up') {
      holder = Object.getPrototypeOf(holder)
      path += '^'
      if (holder === null) return { where: path, near: [] }
      continue
    }
    if (step.kind !== 'get') return { where: path, near: [] }
    const { name } = step
    const value = propertyOf(holder, name)
    const word = typeof name === 'symbol' ? `@@${name.description?.replace('Symbol.', '')}` : name
    path += path === '' ? word : `.${word}`
    const next = steps[i + 1]?.kind
    if (next !== 'get' && next !== 'up') {
      if (typeof value !== 'function')
        return step.optional
          ? { where: path, near: [], optional: true }
          : { where: path, near: suggest(word, functionsOf(holder), 3) }
      if (next === undefined && isClass(value as Fn))
        return { where: `${path} (it is a class; name one of its methods)`, near: [] }
      if (next === 'new' && hidesStatics(value as Fn))
        return { where: `${path}.new (the class has private static members)`, near: [] }
      return next === undefined
        ? { holder, key: name, trail, rest: [] }
        : { holder, key: name, trail, through: next, rest: steps.slice(i + 2) }
    }
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
      return step.optional
        ? { where: path, near: [], optional: true }
        : { where: path, near: suggest(word, namesOf(holder), 3) }
    }
    trail.push({ holder, key: name })
    holder = value
  }
  return { where: path, near: [] }
}

/** A property's value; an accessor of a prototype is not called, since it would get the prototype as `this`. */
function propertyOf(holder: Any, name: string | symbol): unknown {
  if (isPrototype(holder) && Object.getOwnPropertyDescriptor(holder, name)?.get) return undefined
  return holder[name]
}

/** True when an object is some class's prototype. */
export const isPrototype = (holder: Any) =>
  Object.hasOwn(holder, 'constructor') && holder.constructor?.prototype === holder

/** The objects at which a path may begin: the exports, and their default where that is an object. */
function rootsOf(exports: Any): Any[] {
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return []
  const inner = exports.default
  const nested = inner !== null && inner !== exports && (typeof inner === 'object' || typeof inner === 'function')
  return nested ? [exports, inner] : [exports]
}

/** The same, or what `from` makes of each. */
export function rootsFor(exports: unknown, from: ((exports: Any) => unknown) | undefined): Any[] {
  const roots = rootsOf(exports)
  return from === undefined ? roots : roots.flatMap((root) => startOf(root, from) ?? [])
}

/** For a required module whose path begins at `default`: an import has `module.exports` itself under that name. */
export function importedOf(
  exports: Any,
  [first]: readonly Step[],
  from?: (exports: Any) => unknown,
): { default: unknown } | undefined {
  const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function'
  const isDefault = from === undefined && first?.kind === 'get' && first.name === 'default'
  return isObject && isDefault && !('default' in exports) ? { default: exports } : undefined
}

/** Undefined where the exports are not what `from` was made for; the path then leads nowhere. */
function startOf(root: Any, from: (exports: Any) => unknown): unknown {
  try {
    return from(root)
  } catch {
    return undefined
  }
}

/** A Proxy over a class breaks its `static #private` members, so such a class is left alone. */
const hidesStatics = (value: Fn) =>
  /\bstatic\s+(?:async\s+|get\s+|set\s+|\*\s*)*#/.test(Function.prototype.toString.call(value))

/** A class can't be called, and a copy of it would have statics of its own. */
export const isClass = (value: Fn) => /^class\b/.test(Function.prototype.toString.call(value))

/** The object itself or the one up its prototypes that has the property. */
export function ownerOf(value: Any, key: string | symbol): Any {
  let owner = value
  while (owner !== null && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner)
  return owner ?? value
}

/** The method's owner; the object itself where that is a prototype with fixed methods, as native classes have. */
function holderOf(value: Any, key: string | symbol): Any {
  const owner = ownerOf(value, key)
  const descriptor = Object.getOwnPropertyDescriptor(owner, key)
  return descriptor?.writable === false && !descriptor.configurable ? value : owner
}

function functionsOf(holder: Any): string[] {
  return namesOf(holder).filter((name) => typeof propertyOf(holder, name) === 'function')
}

function namesOf(holder: Any): string[] {
  const names = new Set<string>()
  for (
    let object = holder;
    object !== null && object !== Object.prototype && object !== Function.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name)
  }
  return [...names]
}

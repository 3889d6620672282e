import { isModuleNamespaceObject, isProxy } from 'node:util/types'
import type Shimmer from 'shimmer'
import { agentRequire } from '../chunk.ts'
import { areBindings, whyUnset } from '../locate/bindings.ts'
import { type Found, isPrototype, type Miss, ownerOf } from '../locate/find.ts'
import { isObjectPrototype } from '../own-data.ts'
import type { Fn } from './patch.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

let shimmer: typeof Shimmer | undefined

/** Loaded with the first method that is patched. */
function openShimmer(): typeof Shimmer {
  shimmer = agentRequire()('shimmer') as typeof Shimmer
  shimmer({ logger: () => {} })
  return shimmer
}

/** Puts the wrapper in; gives a copy of the holder where it can't be changed in place. */
export function replaceIn(holder: Any, key: string | symbol, wrapper: Fn): unknown {
  if (areBindings(holder)) {
    holder[key] = wrapper
    return undefined
  }
  const descriptor = Object.getOwnPropertyDescriptor(holder, key)
  if (descriptor === undefined ? Object.isExtensible(holder) : descriptor.configurable) {
    install(holder, key, wrapper)
    return undefined
  }
  if (descriptor?.writable && !isModuleNamespaceObject(holder)) {
    holder[key] = wrapper
    return undefined
  }
  return copyWith(holder, key, wrapper)
}

/** Replaces an object by its copy; gives a copy of the exports where that can't be done either. */
export function replaceOnTrail(copy: unknown, trail: Found['trail']): unknown {
  let value = copy
  for (const { holder, key } of trail.toReversed()) {
    if (areBindings(holder)) {
      holder[key] = value
      return undefined
    }
    const descriptor = Object.getOwnPropertyDescriptor(holder, key)
    if (descriptor?.configurable || (descriptor?.writable && !isModuleNamespaceObject(holder))) {
      Object.defineProperty(
        holder,
        key,
        descriptor.configurable
          ? { value, writable: true, configurable: true, enumerable: descriptor.enumerable ?? false }
          : { value },
      )
      return undefined
    }
    value = copyWith(holder, key, value)
  }
  return value
}

/** Undefined when the function can be replaced, in a copy of its holder at least; else why not. */
export function fixedAt({ holder, key, trail }: Found, at: string, exports: Any): Miss | undefined {
  const fixed = { where: `${at} (it can't be replaced)`, near: [] }
  const unset = (holder: Any, key: string | symbol) => {
    const why = whyUnset(holder, key)
    return why === undefined ? undefined : { ...fixed, unset: why }
  }
  if (areBindings(holder)) return unset(holder, key)
  if (isFree(holder, key)) return undefined
  if (!isPlain(holder)) return fixed
  for (const { holder, key } of trail.toReversed()) {
    if (areBindings(holder)) return unset(holder, key)
    if (isFree(holder, key)) return undefined
  }
  // The default export would be a copy.
  return areBindings(exports) ? unset(exports, 'default') : undefined
}

function isFree(holder: Any, key: string | symbol): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key)
  if (descriptor === undefined) return Object.isExtensible(holder)
  return descriptor.configurable === true || (descriptor.writable === true && !isModuleNamespaceObject(holder))
}

/** An object that is nothing but its properties. */
function isPlain(holder: Any): boolean {
  if (isPrototype(holder)) return false
  if (typeof holder !== 'object') return false
  const prototype = Object.getPrototypeOf(holder)
  return prototype === null || isObjectPrototype(prototype)
}

/** By shimmer, which makes a property writable; not for an object without prototype (a module's namespace, copied). */
function install(holder: Any, key: string | symbol, wrapper: Fn): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(holder, key) ?? {}
  // A property that can't be assigned to where it is inherited from stays so in the object.
  const { writable = true } = Object.getOwnPropertyDescriptor(ownerOf(holder, key), key) ?? {}
  if (!writable || typeof holder.propertyIsEnumerable !== 'function' || isProxy(wrapper)) {
    Object.defineProperty(holder, key, { value: wrapper, writable, enumerable, configurable: true })
    return
  }
  const before = shimmerKeys.map((name) => [name, Object.getOwnPropertyDescriptor(wrapper, name)] as const)
  const { wrap } = shimmer ?? openShimmer()
  wrap(holder, key, () => wrapper)
  // `__unwrap` invites other agents to take ours off.
  for (const [name, descriptor] of before) {
    if (descriptor === undefined) delete (wrapper as Any)[name]
    else Object.defineProperty(wrapper, name, descriptor)
  }
}

/** The properties that shimmer puts on a wrapper. */
export const shimmerKeys = ['__original', '__unwrap', '__wrapped']

/** One copy of each object that can't be changed, so that all who get it get the same. */
const copies = new WeakMap<object, object>()
/** Gives the wrappers for the values under a copy's other names, which stay live. */
const settled = new WeakMap<object, (value: unknown) => unknown>()
const originals = new WeakMap<object, object>()

/** The same object with one value replaced. */
function copyWith(exports: Any, key: string | symbol, wrapper: unknown): unknown {
  const known: Any = copies.get(exports)
  if (known !== undefined) {
    if (known[key] === wrapper || Reflect.defineProperty(known, key, { value: wrapper })) return known
    return copyWith(known, key, wrapper)
  }
  const copy = Object.create(Object.getPrototypeOf(exports))
  copies.set(exports, copy)
  originals.set(copy, exports)
  for (const name of Reflect.ownKeys(exports)) {
    const enumerable = Object.getOwnPropertyDescriptor(exports, name)?.enumerable ?? true
    const get = () => (name === key ? wrapper : (settled.get(copy) ?? asIs)(exports[name]))
    Object.defineProperty(copy, name, { get, enumerable, configurable: true })
  }
  return copy
}

const asIs = (value: unknown) => value

export const isCopy = (holder: object): boolean => originals.has(holder)

/** Ends the changes of a copy: `standing` gives wrappers for its other names, and it gets as fixed as its original. */
export function settle(copy: object, standing: (value: unknown) => unknown, track: boolean): void {
  const original = originals.get(copy) as object
  settled.set(copy, standing)
  if (track || isModuleNamespaceObject(original)) return
  if (Object.isFrozen(original)) Object.freeze(copy)
  else if (Object.isSealed(original)) Object.seal(copy)
  else if (!Object.isExtensible(original)) Object.preventExtensions(copy)
}

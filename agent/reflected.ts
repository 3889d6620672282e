// biome-ignore lint/suspicious/noExplicitAny: the application's functions pass here
type Fn = (...args: any[]) => any

/** The additions to `Reflect` of reflect-metadata, and others of its kind. */
interface Reflected {
  getOwnMetadataKeys?(target: object, name?: PropertyKey): unknown[]
  getOwnMetadata?(key: unknown, target: object, name?: PropertyKey): unknown
  defineMetadata?(key: unknown, value: unknown, target: object, name?: PropertyKey): void
}
const reflect: Reflected = Reflect as Reflected

/** True when decorators of the application may keep metadata by the functions themselves, as NestJS's do. */
const isReflected = () => typeof reflect.defineMetadata === 'function'

/** Copies the metadata of decorators (routes, guards) from a function to its wrapper. Never throws. */
export function carryMetadata(from: Fn, to: Fn): void {
  if (!isReflected()) return
  const names = [undefined, ...(isConstructor(from) ? namesOf(from) : [])]
  try {
    for (const name of names) {
      const known = keysOf(to, name)
      for (const key of keysOf(from, name))
        if (!known.includes(key)) reflect.defineMetadata?.(key, reflect.getOwnMetadata?.(key, from, name), to, name)
    }
  } catch {
    // Not reflect-metadata, but something that behaves otherwise.
  }
}

/**
 * True when the wrapper is to inherit from its function: `Reflect.getMetadata` then finds metadata that is defined later,
 * too. Only with reflect-metadata, since the application can see that the prototype is not `Function.prototype`. Not for
 * a constructor: code that goes from `prototype.constructor` to its parent would never end.
 */
export const inherits = (original: Fn): boolean => isReflected() && !isConstructor(original)

/**
 * True when decorators may have registered a class somewhere, where a wrapper of it would not be known. Decorators of
 * fields (class-validator's) leave no trace on it, so with reflect-metadata all classes in the user's files count.
 */
export function isRegistered(original: Fn, inUserFile: boolean): boolean {
  const { metadata } = Symbol as { metadata?: symbol }
  if (metadata !== undefined && Object.hasOwn(original, metadata)) return true
  return isReflected() && (inUserFile || keysOf(original).length > 0)
}

const isConstructor = ({ prototype }: Fn): boolean =>
  typeof prototype === 'object' && prototype !== null && Object.hasOwn(prototype, 'constructor')

const namesOf = (original: Fn) => [...Reflect.ownKeys(original), ...Reflect.ownKeys(original.prototype)]

function keysOf(target: object, name?: PropertyKey): unknown[] {
  try {
    return reflect.getOwnMetadataKeys?.(target, name) ?? []
  } catch {
    return []
  }
}

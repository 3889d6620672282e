// biome-ignore lint/suspicious/noExplicitAny: the application's functions pass here
type Fn = (...args: any[]) => any

/** What reflect-metadata adds to `Reflect`, and others of its kind. */
interface Reflected {
  getOwnMetadataKeys?(target: object, name?: PropertyKey): unknown[]
  getOwnMetadata?(key: unknown, target: object, name?: PropertyKey): unknown
  defineMetadata?(key: unknown, value: unknown, target: object, name?: PropertyKey): void
}
const reflect: Reflected = Reflect as Reflected

/** Whether decorators of the application keep what they know by the functions themselves, as NestJS's do. */
const isReflected = () => typeof reflect.defineMetadata === 'function'

/** What decorators know of a function, its routes and guards, they know of what stands for it. Never throws. */
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
    // One that answers otherwise than reflect-metadata does.
  }
}

/**
 * Whether what stands for a function inherits from it: `Reflect.getMetadata` then finds what is defined later, too. Only
 * where metadata may be asked for: it can be seen that the prototype is not `Function.prototype`. And no constructor,
 * for what goes from `prototype.constructor` to its parent would never come to an end.
 */
export const inherits = (original: Fn): boolean => isReflected() && !isConstructor(original)

/**
 * Whether decorators may have put a class somewhere, where another in its place would be a stranger. Those of fields
 * leave no trace on it (class-validator's), so of the user's own files all classes count where there are such at all.
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

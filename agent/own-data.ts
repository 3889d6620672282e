import { isMap, isProxy, isSet, isTypedArray } from 'node:util/types'

const { getOwnPropertyDescriptor, getPrototypeOf } = Object

/**
 * The value of an own or inherited property, without running anything of the application's: undefined for a getter,
 * and for all that a proxy has. The getters of Node's own sizes are run.
 */
export function dataOf(value: unknown, key: PropertyKey): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return typeof value === 'string' ? value[key as number] : undefined
  let holder: object | null = value
  while (holder !== null && !isProxy(holder)) {
    const found = getOwnPropertyDescriptor(holder, key)
    if (found !== undefined) return found.get === undefined ? found.value : sizeOf(value, key)
    holder = getPrototypeOf(holder)
  }
  return undefined
}

/** A list that can be read without running anything of the application's. */
export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && !isProxy(value)

/** `Object.prototype`, that of another realm too, as `node:vm` makes one. */
export function isObjectPrototype(value: object | null): boolean {
  if (value === Object.prototype) return true
  if (value === null || isProxy(value) || getPrototypeOf(value) !== null) return false
  return ['isPrototypeOf', 'propertyIsEnumerable', 'constructor'].every((name) => Object.hasOwn(value, name))
}

/** True when a property is a getter, which `dataOf` does not run. */
export function isGetter(value: unknown, key: PropertyKey): boolean {
  let holder = value
  while (holder !== null && (typeof holder === 'object' || typeof holder === 'function') && !isProxy(holder)) {
    const found = getOwnPropertyDescriptor(holder, key)
    if (found !== undefined) return found.get !== undefined && sizeOf(value, key) === undefined
    holder = getPrototypeOf(holder)
  }
  return false
}

// As they were before the application.
const getterOf = (prototype: object, key: string) => (getOwnPropertyDescriptor(prototype, key) as { get(): number }).get
const lengthOf = getterOf(getPrototypeOf(Uint8Array.prototype), 'length')
const sizeOfMap = getterOf(Map.prototype, 'size')
const sizeOfSet = getterOf(Set.prototype, 'size')

function sizeOf(value: unknown, key: PropertyKey): number | undefined {
  if (key === 'length' && isTypedArray(value)) return Reflect.apply(lengthOf, value, [])
  if (key !== 'size') return undefined
  return isMap(value)
    ? Reflect.apply(sizeOfMap, value, [])
    : isSet(value)
      ? Reflect.apply(sizeOfSet, value, [])
      : undefined
}

import { isProxy, isTypedArray, isUint8Array } from 'node:util/types'
import { dataOf } from '../own-data.ts'

/** The length of a typed array, which a property of the same name may hide. */
const lengthGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length')
  ?.get as () => number
export const typedLength = (value: object) => Reflect.apply(lengthGetter, value, [])

/**
 * The numbers in a vector: of several, or of one by its name, in the first. Nothing for one that is sparse or bytes,
 * whose length says something else.
 */
export function dimensionsOf(value: unknown, depth = 7): number | undefined {
  if (typeof value !== 'object' || value === null || isProxy(value) || isUint8Array(value)) return undefined
  if (isTypedArray(value)) return typedLength(value)
  if (Array.isArray(value) && typeof dataOf(value, 0) === 'number') return value.length
  if (depth === 0) return undefined
  if (Array.isArray(value)) return dimensionsOf(dataOf(value, 0), depth - 1)
  const names = Object.keys(value)
  if (names.includes('indices')) return undefined
  for (const name of names.slice(0, 8)) {
    const found = dimensionsOf(dataOf(value, name), depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}

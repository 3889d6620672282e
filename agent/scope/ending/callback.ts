import { isProxy } from 'node:util/types'
import { dataOf } from '../../own-data.ts'
import type { Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/**
 * The last argument where it is a function, or the `callback` of the first where that is plain data, replaced in a
 * copy by one that ends the call first.
 */
export function watchCallback(args: ArrayLike<unknown>, watcher: Watcher): unknown[] | undefined {
  let last = args.length - 1
  // `query(text, callback, undefined)`: a caller passes on an argument that it did not get.
  while (last > 0 && (args[last] === undefined || args[last] === null)) last--
  const passed = Array.from(args)
  const callback = args[last]
  if (typeof callback === 'function') {
    passed[last] = watchedCallback(callback, watcher)
    return passed
  }
  const options = args[0]
  const descriptor = isPlainData(options) && Object.getOwnPropertyDescriptor(options, 'callback')
  if (!descriptor || typeof descriptor.value !== 'function') return undefined
  const value = watchedCallback(descriptor.value, watcher)
  passed[0] = copyWith(options as object, { ...descriptor, value })
  return passed
}

/** A copy whose getters stay getters, and still see the original object as `this`. */
function copyWith(options: object, callback: PropertyDescriptor): object {
  const descriptors: PropertyDescriptorMap = { ...Object.getOwnPropertyDescriptors(options), callback }
  const copy = Object.create(Object.getPrototypeOf(options))
  const ownerOf = (self: unknown) => (self === copy ? options : self)
  for (const key of Reflect.ownKeys(descriptors)) {
    const descriptor = descriptors[key as string] as PropertyDescriptor
    const { get, set } = descriptor
    if (get !== undefined)
      descriptor.get = function (this: unknown) {
        return Reflect.apply(get, ownerOf(this), [])
      }
    if (set !== undefined)
      descriptor.set = function (this: unknown, value: unknown) {
        Reflect.apply(set, ownerOf(this), [value])
      }
  }
  return Object.defineProperties(copy, descriptors)
}

/** The two handlers of a `then`, which end the call first. */
export function watchHandlers(onOk: unknown, onFail: unknown, watcher: Watcher): [ok: Any, fail: Any] {
  return [
    function (this: unknown, ...values: unknown[]) {
      watcher.end(values[0])
      return typeof onOk === 'function' ? Reflect.apply(onOk, this, values) : values[0]
    },
    function (this: unknown, ...errors: unknown[]) {
      watcher.fail(errors[0])
      if (typeof onFail === 'function') return Reflect.apply(onFail, this, errors)
      throw errors[0]
    },
  ]
}

function watchedCallback(callback: Any, watcher: Watcher): Any {
  const watched = function (this: unknown, ...values: unknown[]) {
    if (values[0]) watcher.fail(values[0])
    else watcher.end(values[1])
    return Reflect.apply(callback, this, values)
  }
  for (const key of ['name', 'length'] as const)
    Object.defineProperty(watched, key, { value: dataOf(callback, key), configurable: true })
  return watched
}

/** An object literal without methods: nobody can tell a copy from it. */
function isPlainData(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isProxy(value)) return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.entries(Object.getOwnPropertyDescriptors(value)).every(
    ([key, descriptor]) => key === 'callback' || typeof descriptor.value !== 'function',
  )
}

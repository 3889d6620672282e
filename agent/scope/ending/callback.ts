import { isProxy } from 'node:util/types'
import { dataOf, isObjectPrototype } from '../../own-data.ts'
import { observe } from './promise.ts'
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
  if (settlesPromise(onOk) && settlesPromise(onFail)) return throughPromise(onOk, onFail, watcher)
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

/** The handler of a `catch`, which fails the call first; what that promises tells of its success. */
export function watchCatch(args: ArrayLike<unknown>, watcher: Watcher): unknown[] | undefined {
  const [handler, ...rest] = Array.from(args)
  return typeof handler === 'function' ? [watchHandlers(undefined, handler, watcher)[1], ...rest] : undefined
}

/**
 * The two functions of a promise of ours, which goes on to theirs: V8 follows such functions, and promises, to the
 * `await` where a stack trace goes on, and no function of ours.
 */
function throughPromise(onOk: Any, onFail: Any, watcher: Watcher): [ok: Any, fail: Any] {
  let handlers: [ok: Any, fail: Any] = [onOk, onFail]
  const promise = new Promise<unknown>((...made) => {
    handlers = made
  })
  const told = observe(promise, 'fresh', watcher, succeed, fail)
  void Reflect.apply(then, told, [onOk, onFail])
  return handlers
}

const { then } = Promise.prototype
const succeed = (watcher: Watcher, value: unknown) => watcher.end(value)
const fail = (watcher: Watcher, error: unknown) => watcher.fail(error)

/** One of the two functions that settle a promise, as `await` and `Promise.resolve` hand them to a `then`. */
const settlesPromise = (handler: unknown): boolean =>
  typeof handler === 'function' &&
  dataOf(handler, 'name') === '' &&
  dataOf(handler, 'length') === 1 &&
  !Object.hasOwn(handler, 'prototype') &&
  Reflect.apply(sourceOf, handler, []) === 'function () { [native code] }'

const { toString: sourceOf } = Function.prototype

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
  if (prototype !== null && !isObjectPrototype(prototype)) return false
  return Object.entries(Object.getOwnPropertyDescriptors(value)).every(
    ([key, descriptor]) => key === 'callback' || typeof descriptor.value !== 'function',
  )
}

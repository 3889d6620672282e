import { isPromise, isProxy } from 'node:util/types'
import { isFresh, markFresh } from '../../fresh-promises.ts'
import type { Method } from '../../model.ts'
import { dataOf } from '../../own-data.ts'
import { isPlain, observe, observeModeOf } from './promise.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any
export type MethodFn = (this: unknown, ...args: unknown[]) => unknown

/** Told of the end of a result that is not there yet. Each function may be called more than once. */
export interface Watcher {
  /** The application has the result in hand and has not looked at it. */
  park(): void
  /** It looks at it now; `restart` when the work only begins with that. */
  look(restart: boolean): void
  /** Calls a method of the result that does the call's work, so that other calls in it are nested in this one. */
  run?: ((original: MethodFn, self: unknown, args: ArrayLike<unknown>) => unknown) | undefined
  /** A stream has handed this to its consumer. */
  chunk?: ((value: unknown) => void) | undefined
  /** True when a stream may be put between a web stream and its consumer, to see the chunks. */
  between?: boolean | undefined
  /** True when each step is timed, since the time between steps does not count. */
  readonly timed?: boolean | undefined
  end(result: unknown): void
  fail(error: unknown): void
  /** The mode in which its promises are observed, if the method says one. */
  readonly observe?: Method['observe']
  readonly unreported?: (() => void) | undefined
}

/** What is told of a promise. */
export type Ender = Pick<Watcher, 'end' | 'fail' | 'observe' | 'unreported'>

/** Ends the call with this promise, if it is one; gives the promise to hand on. */
export function ending(made: unknown, watcher: Ender, maker: MethodFn): unknown {
  if (!isPromise(made) || !isPlain(made)) return made
  return observe(made, observeModeOf(watcher.observe, isFresh(maker)), watcher, end, fail)
}

/** Ends the call with a promise that is handed on itself. */
export function listen(promise: Promise<unknown>, watcher: Watcher): void {
  observe(promise, 'beside', watcher, end, fail)
}

const end = (watcher: Ender, value: unknown) => watcher.end(value)
const fail = (watcher: Ender, error: unknown, beside: boolean) => {
  watcher.fail(error)
  if (beside) watcher.unreported?.()
}

/** Puts an own method before the one that the object has or inherits, as visible as that was on the object. */
export function shadow(object: Any, name: string | symbol, make: (original: MethodFn) => MethodFn): void {
  const original = dataOf(object, name) as MethodFn
  putBefore(object, name, likened(make(original), original))
}

/** A method that looks like the original, as often as it is put before that. Write it as one: a function has a `prototype`. */
export function likened(value: MethodFn, original: MethodFn): MethodFn {
  if (isFresh(original)) markFresh(value)
  define(value, 'name', dataOf(original, 'name') ?? '')
  define(value, 'length', dataOf(original, 'length') ?? 0)
  // Compilers make functions of methods.
  const has = isProxy(original) ? undefined : Object.getOwnPropertyDescriptor(original, 'prototype')
  if (has !== undefined && !Object.hasOwn(value, 'prototype')) Object.defineProperty(value, 'prototype', has)
  return value
}

/** Makes it the object's own, as visible as the one was that the object has or inherits. */
export function putBefore(object: Any, name: string | symbol, value: MethodFn): void {
  const enumerable = Object.prototype.propertyIsEnumerable.call(object, name)
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable })
}

/** Most have the length already, and it takes microseconds. */
function define(method: MethodFn, key: 'name' | 'length', value: unknown): void {
  if (method[key] !== value) Object.defineProperty(method, key, { value, configurable: true })
}

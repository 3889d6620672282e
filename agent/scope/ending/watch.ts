import { isGeneratorObject, isPromise, isProxy } from 'node:util/types'
import type { Scope } from '../../call.ts'
import type { Endings } from '../../model.ts'
import { dataOf, isGetter } from '../../own-data.ts'
import { createStamp } from '../../stamp.ts'
import { watchAsking } from './asked.ts'
import { watchCallback, watchCatch, watchHandlers } from './callback.ts'
import { areMethods, isEmitter, watchEvents, watchMethods } from './events.ts'
import { type Groups, watchOnce } from './group.ts'
import { watchHanded } from './handed.ts'
import { watchPortions } from './portions.ts'
import { isPlain } from './promise.ts'
import { watchRows } from './rows.ts'
import { isStream, watchEmitter, watchIterable } from './stream.ts'
import { watchAsked, watchThen, watchThenOrEvents } from './thenable.ts'
import { ending, type MethodFn, type Watcher } from './watcher.ts'

// The one place that decides how a call ends; each kind has a file of its own.

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

const watched: Groups = createStamp()
const tapped: Groups = createStamp()

/** The arguments for a call that ends with one of them; undefined when that is missing. */
export function passedOf({ point, self, args }: Scope, watcher: Watcher): unknown[] | undefined {
  const { callback, then, catch: caught, methods, handed } = point.ends ?? {}
  if (callback) return watchCallback(args, watcher)
  if (then) return watchHandlers(args[0], args[1], watcher)
  if (caught) return watchCatch(args, watcher)
  const object = methods?.of === 'this' ? self : args[0]
  if (methods?.of === undefined || !watchMethods(object, watcher, methods)) return undefined
  if (handed !== undefined) watchHanded(object, watcher, handed)
  return Array.from(args)
}

/**
 * Watches an object in place, neither starting nor reading nor copying it. False when there is nothing to wait for
 * (a plain value) or no way to (frozen, a proxy, getters that throw): the call then ends at its return.
 */
export function watch(result: object, watcher: Watcher, ends?: Endings, args?: ArrayLike<unknown>): boolean {
  // Of a thenable, it is what its promises give.
  if (isProxy(result) || !Object.isExtensible(result) || (ends?.return && !ends.thenable)) return false
  const install = (by: Watcher) => watchObject(result, by, ends, args)
  try {
    // An object that is passed in and returned belongs to this call alone.
    return result === args?.[0] ? install(watcher) : watchOnce(watched, result, watcher, install)
  } catch {
    return false
  }
}

/** Sees the chunks of each stream that it is given, and is notified where one fails; the end of none is that of the call. */
export function joining({ chunk, observe }: Watcher, fail: Watcher['fail']): (stream: unknown) => void {
  const nothing = () => {}
  const watcher = { park: nothing, look: nothing, end: nothing, fail, between: true, chunk, observe }
  return (stream) => void (isStream(stream) && watch(stream, watcher))
}

function watchObject(value: Any, watcher: Watcher, ends: Endings | undefined, args?: ArrayLike<unknown>): boolean {
  const { thenable, streams, events, methods, rows, portions, asked } = ends ?? {}
  const cursor = portions?.({ self: undefined, args: [], result: value })
  if (typeof cursor === 'object' && cursor !== null) return park(watcher, () => watchPortions(cursor, watcher))
  if (thenable !== undefined && watchAsked(value, watcher, thenable, ends?.return ? () => false : watch)) {
    // One of its own may lead to another promise, past the methods named.
    if (Object.hasOwn(value, 'then')) watchThen(value, watcher, watch)
    watcher.park()
    return true
  }
  if (ends?.return) return false
  // The value of such a promise may be a stream; nothing else in it is to be waited for.
  const stream = streams?.map((name) => dataOf(value, name)).find(isStream)
  if (stream !== undefined)
    return park(watcher, () => watchIterable(stream, { ...watcher, between: true, end: () => watcher.end(value) }))
  if (rows !== undefined && typeof dataOf(value, rows.through) === 'function')
    return park(watcher, () => watchRows(value, watcher, rows))
  if (events !== undefined) {
    const emits = isEmitter(value)
    if (emits && typeof dataOf(value, 'then') === 'function')
      return park(watcher, () => watchThenOrEvents(value, watcher, events, watch))
    return emits && park(watcher, () => watchEvents(value, watcher, events))
  }
  if (methods !== undefined && value === args?.[0] && areMethods(value, methods)) {
    const cursor = asked && watchAsking(value, watcher, asked)
    watchMethods(value, cursor ?? watcher, methods)
    if (cursor !== undefined) watcher.park()
    return true
  }
  if (typeof dataOf(value, 'then') === 'function') return park(watcher, () => watchThen(value, watcher, watch))
  if (isEmitter(value) && (isStream(value) || value === args?.[0]))
    return park(watcher, () => watchEmitter(value, watcher))
  if (isStream(value) || isGeneratorObject(value) || isIterator(value))
    return park(watcher, () => watchIterable(value, watcher))
  return false
}

/** A native one, whose work is done step by step: rows of a database. */
const isIterator = (value: object) =>
  typeof dataOf(value, 'next') === 'function' && typeof dataOf(value, Symbol.iterator) === 'function'

function park(watcher: Watcher, install: () => void): boolean {
  install()
  watcher.park()
  return true
}

/** Tells a call's value, a promise's included, and hands the result on as it would behave without us. */
export function tap(
  result: unknown,
  seen: (value: unknown) => void,
  maker: MethodFn,
  unreported?: () => void,
): unknown {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function') || isProxy(result)) return result
  const value = result as Any
  const watcher: Watcher = { park() {}, look() {}, end: seen, fail() {}, unreported }
  try {
    if (isPromise(value) && isPlain(value)) return ending(value, watcher, maker)
    if (typeof dataOf(value, 'then') !== 'function') {
      if (!isGetter(value, 'then')) seen(value)
    } else if (Object.isExtensible(value))
      watchOnce(tapped, value, watcher, (by) => {
        watchThen(value, by, watch)
        return true
      })
  } catch {
    // A getter that throws, a property that is fixed: nothing to see here.
  }
  return result
}

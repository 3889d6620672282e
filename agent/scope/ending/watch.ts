import { isGeneratorObject, isPromise, isProxy } from 'node:util/types'
import { dataOf, isGetter } from '../../data.ts'
import type { Method as Entry } from '../../model.ts'
import { createStamp } from '../stamp.ts'
import { watchHandlers } from './callback.ts'
import { type Groups, watchOnce } from './group.ts'
import { isPlain } from './promise.ts'
import { watchObservers } from './rows.ts'
import { isEmitter, isStream, watchEmitter, watchEvents, watchIterable } from './stream.ts'
import { ending, listen, type Method, shadow, type Watcher, watchEnds } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

const watched: Groups = createStamp()
const tapped: Groups = createStamp()

/**
 * Watches an object in place, neither starting nor reading nor copying it. False when there is nothing to wait for
 * (a plain value) or no way to (frozen, a proxy, getters that throw): the call then ends at its return.
 */
export function watch(
  result: object,
  watcher: Watcher,
  settles: readonly string[] | undefined,
  args?: ArrayLike<unknown>,
  ends?: Entry['ends'],
): boolean {
  if (isProxy(result) || !Object.isExtensible(result) || settles?.length === 0) return false
  const install = (by: Watcher) => watchObject(result, by, settles, args, ends)
  try {
    // What is given and returned belongs to this call alone.
    return result === args?.[0] ? install(watcher) : watchOnce(watched, result, watcher, install)
  } catch {
    return false
  }
}

function watchObject(
  value: Any,
  watcher: Watcher,
  settles: readonly string[] | undefined,
  args: ArrayLike<unknown> | undefined,
  ends: Entry['ends'],
): boolean {
  if (settles?.every((name) => typeof dataOf(value, name) === 'function')) {
    return park(watcher, () => watchSettling(value, watcher, settles))
  }
  // Of what such a promise is settled with, nothing is left to wait for but a stream.
  const held = settles?.map((name) => dataOf(value, name)).find(isStream)
  if (held !== undefined)
    return park(watcher, () => watchIterable(held, { ...watcher, between: true, end: () => watcher.end(value) }))
  if (ends?.through !== undefined && typeof dataOf(value, ends.through) === 'function')
    return park(watcher, () => watchObservers(value, watcher, { ...ends, through: ends.through as string }))
  if (ends?.of === 'result') return isEmitter(value) && park(watcher, () => watchEvents(value, watcher, ends))
  if (ends !== undefined && value === args?.[0] && watchEnds(value, watcher, ends)) return true
  if (typeof dataOf(value, 'then') === 'function') return park(watcher, () => watchThen(value, watcher))
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

function watchThen(thenable: Any, watcher: Watcher): void {
  const lazy = !isPromise(thenable)
  let asked = 0
  shadow(thenable, 'then', (then) => {
    // Methods, as what they stand for mostly is: without a `prototype`.
    return {
      shell(this: unknown, onOk?: unknown, onFail?: unknown, ...rest: unknown[]) {
        asked++
        watcher.look(lazy)
        return (watcher.run ?? Reflect.apply)(then, this, [...watchHandlers(onOk, onFail, watcher), ...rest])
      },
    }.shell
  })
  if (!lazy) {
    // What awaits a native promise asks no `then` of its own.
    if (isPlain(thenable)) listen(thenable, watcher)
    return
  }
  // Some (Prisma's) do the work in each of the three, without a way through their own `then`.
  for (const name of ['catch', 'finally']) {
    if (typeof dataOf(thenable, name) !== 'function') continue
    shadow(thenable, name, (original) => {
      return {
        shell(this: unknown, handler?: unknown, ...rest: unknown[]) {
          const before = asked
          watcher.look(true)
          const watched = function (this: unknown, ...values: unknown[]) {
            if (name === 'catch') watcher.fail(values[0])
            return Reflect.apply(handler as Method, this, values)
          }
          const passed = [typeof handler === 'function' ? watched : handler, ...rest]
          const made = (watcher.run ?? Reflect.apply)(original, this, passed) as Any
          if (asked !== before || made === null || typeof made !== 'object') return made
          if (!isPromise(made) || !isPlain(made)) watch(made, watcher, undefined)
          return ending(made, watcher, original)
        },
      }.shell
    })
  }
}

/**
 * For Stainless clients: `parse`, `asResponse` and `_thenUnwrap` of the returned promise. The body is read by the
 * application alone, and the scope ends with the last of what it asked for (`withResponse` asks for two).
 */
function watchSettling(
  value: Any,
  watcher: Watcher,
  settles: readonly string[],
  state = { pending: 0, result: undefined as unknown, streamed: false },
): void {
  for (const name of settles) {
    let last: unknown
    shadow(value, name, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const made = (watcher.run ?? Reflect.apply)(original, this, args) as Any
        if (made === null || typeof made !== 'object' || !isPromise(made)) return made
        if (!isPlain(made)) {
          watchSettling(made, watcher, settles, state)
          return made
        }
        // What is asked for once the stream is out says nothing of the stream.
        if (!state.streamed) watcher.look(false)
        const settled = (result: unknown) => {
          if (name === settles[0] || state.result === undefined) state.result = result
          if (--state.pending > 0 || state.streamed) return
          state.streamed = watchStream(state.result, watcher)
          if (!state.streamed) watcher.end(state.result)
        }
        const asked = made === last
        if (!asked) state.pending++
        last = made
        return ending(made, { ...watcher, end: asked ? () => {} : settled }, original)
      }
    })
  }
}

function watchStream(value: unknown, watcher: Watcher): boolean {
  return isStream(value) && watch(value, watcher, undefined)
}

/** Tells a call's value, a promise's included, and hands the result on as it would behave without us. */
export function tap(result: unknown, seen: (value: unknown) => void, maker: Method, unreported?: () => void): unknown {
  if (result === null || typeof result !== 'object' || isProxy(result)) return result
  const value = result as Any
  const watcher: Watcher = { park() {}, look() {}, end: seen, fail() {}, unreported }
  try {
    if (isPromise(value) && isPlain(value)) return ending(value, watcher, maker)
    if (typeof dataOf(value, 'then') !== 'function') {
      if (!isGetter(value, 'then')) seen(value)
    } else if (Object.isExtensible(value))
      watchOnce(tapped, value, watcher, (by) => {
        watchThen(value, by)
        return true
      })
  } catch {
    // A getter that throws, a property that is fixed: nothing to see here.
  }
  return result
}

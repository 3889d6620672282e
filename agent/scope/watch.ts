import types from 'node:util/types'
import type { Method as Entry } from '../model.ts'

/** How a result that is not there yet tells its end. Each function may be called more than once. */
export interface Watcher {
  /** The application has the result in hand and has not looked at it. */
  park(): void
  /** It looks at it now; `restart` when the work only begins with that. */
  look(restart: boolean): void
  end(result: unknown): void
  fail(error: unknown): void
}

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any
type Method = (this: unknown, ...args: unknown[]) => unknown

const promisePrototype = Promise.prototype

/** A plain native promise: chaining it can't be told from the promise itself. */
export function isTransparent(promise: object): promise is Promise<unknown> {
  return Object.getPrototypeOf(promise) === promisePrototype && Object.getOwnPropertyNames(promise).length === 0
}

/** Whether a value is consumed after it was handed over. */
export function isStream(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  try {
    return typeof (value as Any)[Symbol.asyncIterator] === 'function'
  } catch {
    return false // A getter that throws.
  }
}

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
  if (types.isProxy(result) || !Object.isExtensible(result)) return false
  try {
    return watchObject(result, watcher, settles, args, ends)
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
  if (settles?.every((name) => typeof value[name] === 'function')) {
    return park(watcher, () => watchSettling(value, watcher, settles))
  }
  if (
    ends !== undefined &&
    value === args?.[0] &&
    typeof value[ends.done] === 'function' &&
    typeof value[ends.failed] === 'function'
  ) {
    watchEnds(value, watcher, ends)
    return true
  }
  if (typeof value.then === 'function') return park(watcher, () => watchThen(value, watcher))
  if (isEmitter(value) && (isStream(value) || value === args?.[0]))
    return park(watcher, () => watchEmitter(value, watcher))
  if (isStream(value) || types.isGeneratorObject(value)) return park(watcher, () => watchIterable(value, watcher))
  return false
}

function park(watcher: Watcher, install: () => void): boolean {
  install()
  watcher.park()
  return true
}

/**
 * The last argument where it is a function, or the `callback` of the first where that is plain data, replaced in a
 * copy by one that ends the call first.
 */
export function watchCallback(args: ArrayLike<unknown>, watcher: Watcher): unknown[] | undefined {
  let last = args.length - 1
  // `query(text, callback, undefined)` is how a caller passes on what it was not given.
  while (last > 0 && (args[last] === undefined || args[last] === null)) last--
  const passed = Array.from(args)
  const callback = args[last]
  if (typeof callback === 'function') {
    passed[last] = watchedCallback(callback, watcher)
    return passed
  }
  const options = args[0]
  const own = isPlainData(options) && Object.getOwnPropertyDescriptor(options, 'callback')
  if (!own || typeof own.value !== 'function') return undefined
  const value = watchedCallback(own.value, watcher)
  const descriptors = { ...Object.getOwnPropertyDescriptors(options as object), callback: { ...own, value } }
  passed[0] = Object.create(Object.getPrototypeOf(options), descriptors)
  return passed
}

function watchedCallback(callback: Any, watcher: Watcher): Any {
  const watched = function (this: unknown, ...values: unknown[]) {
    if (values[0]) watcher.fail(values[0])
    else watcher.end(values[1])
    return Reflect.apply(callback, this, values)
  }
  for (const key of ['name', 'length'] as const)
    Object.defineProperty(watched, key, { value: callback[key], configurable: true })
  return watched
}

/** An object literal without methods: nobody can tell a copy from it. */
function isPlainData(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.entries(Object.getOwnPropertyDescriptors(value)).every(
    ([key, own]) => key === 'callback' || typeof own.value !== 'function',
  )
}

function watchEnds(value: Any, watcher: Watcher, { done, failed }: NonNullable<Entry['ends']>): void {
  shadow(value, failed, (original) => {
    return function (this: unknown, ...args: unknown[]) {
      watcher.fail(args[0])
      return Reflect.apply(original, this, args)
    }
  })
  shadow(value, done, (original) => {
    return function (this: unknown, ...args: unknown[]) {
      watcher.end(value)
      return Reflect.apply(original, this, args)
    }
  })
}

function watchThen(thenable: Any, watcher: Watcher): void {
  const lazy = !types.isPromise(thenable)
  let asked = 0
  shadow(thenable, 'then', (then) => {
    return function (this: unknown, onOk?: unknown, onFail?: unknown, ...rest: unknown[]) {
      asked++
      watcher.look(lazy)
      const ok = function (this: unknown, ...values: unknown[]) {
        watcher.end(values[0])
        return typeof onOk === 'function' ? Reflect.apply(onOk, this, values) : values[0]
      }
      const fail = function (this: unknown, ...errors: unknown[]) {
        watcher.fail(errors[0])
        if (typeof onFail === 'function') return Reflect.apply(onFail, this, errors)
        throw errors[0]
      }
      return Reflect.apply(then, this, [ok, fail, ...rest])
    }
  })
  if (!lazy) return
  // Some (Prisma's) do the work in each of the three, without a way through their own `then`.
  for (const name of ['catch', 'finally']) {
    if (typeof thenable[name] !== 'function') continue
    shadow(thenable, name, (original) => {
      return function (this: unknown, handler?: unknown, ...rest: unknown[]) {
        const before = asked
        watcher.look(true)
        const watched = function (this: unknown, ...values: unknown[]) {
          if (name === 'catch') watcher.fail(values[0])
          return Reflect.apply(handler as Method, this, values)
        }
        const made = Reflect.apply(original, this, [typeof handler === 'function' ? watched : handler, ...rest])
        if (asked !== before || made === null || typeof made !== 'object') return made
        if (types.isPromise(made) && isTransparent(made)) return ending(made, watcher)
        watch(made, watcher, undefined)
        return made
      }
    })
  }
}

/** The same promise, chained: the call ends with it. */
function ending(promise: Promise<unknown>, watcher: Watcher): Promise<unknown> {
  return promise.then(
    (value) => {
      watcher.end(value)
      return value
    },
    (error) => {
      watcher.fail(error)
      throw error
    },
  )
}

/**
 * For Stainless clients: `parse`, `asResponse` and `_thenUnwrap` of the returned promise. The body is read by the
 * application alone, and the scope ends with the last of what it asked for (`withResponse` asks for two).
 */
function watchSettling(
  value: Any,
  watcher: Watcher,
  settles: readonly string[],
  state = { pending: 0, result: undefined as unknown },
): void {
  for (const name of settles) {
    let inner: unknown
    let chained: unknown
    shadow(value, name, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const made = Reflect.apply(original, this, args) as Any
        if (made === null || typeof made !== 'object' || !types.isPromise(made)) return made
        if (!isTransparent(made)) {
          watchSettling(made, watcher, settles, state)
          return made
        }
        watcher.look(false)
        // The same promise asked for twice stays the same promise.
        if (made === inner) return chained
        inner = made
        state.pending++
        chained = made.then(
          (result) => {
            if (name === settles[0] || state.result === undefined) state.result = result
            if (--state.pending === 0) watcher.end(state.result)
            return result
          },
          (error) => {
            watcher.fail(error)
            throw error
          },
        )
        return chained
      }
    })
  }
}

function watchEmitter(emitter: Any, watcher: Watcher): void {
  shadow(emitter, 'emit', (emit) => {
    return function (this: unknown, ...args: unknown[]) {
      watcher.look(false)
      if (args[0] === 'error') watcher.fail(args[1])
      else if (args[0] === 'end' || args[0] === 'close') watcher.end(emitter)
      return Reflect.apply(emit, this, args)
    }
  })
  // A consumer that leaves a loop early destroys the stream with an AbortError, which is no failure of the call.
  if (typeof emitter[Symbol.asyncIterator] === 'function') watchMaker(emitter, Symbol.asyncIterator, watcher, true)
}

function watchIterable(value: Any, watcher: Watcher): void {
  if (typeof value.getReader === 'function') watchWeb(value, watcher)
  if (typeof value.next === 'function') watchIterator(value, watcher)
  else watchMaker(value, Symbol.asyncIterator, watcher)
}

/** A web stream has more ways to be read than to be iterated; what comes out of one is watched in its place. */
function watchWeb(stream: Any, watcher: Watcher): void {
  const made = (name: string, see: (made: Any) => unknown) => {
    if (typeof stream[name] !== 'function') return
    shadow(stream, name, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const result = Reflect.apply(original, this, args)
        watcher.look(false)
        return see(result)
      }
    })
  }
  const settled = (result: Any) => (types.isPromise(result) && isTransparent(result) ? ending(result, watcher) : result)
  const inner = (result: Any) => {
    for (const one of Array.isArray(result) ? result : [result])
      if (typeof one?.getReader === 'function' && Object.isExtensible(one)) watchIterable(one, watcher)
    return result
  }
  made('getReader', (reader) => {
    if (Object.isExtensible(reader)) watchIterator(reader, watcher, readerSteps)
    return reader
  })
  made('pipeTo', settled)
  made('cancel', settled)
  made('pipeThrough', inner)
  made('tee', inner)
  if (typeof stream.values === 'function') watchMaker(stream, 'values', watcher)
}

/** A method that makes an iterator. */
function watchMaker(value: Any, name: string | symbol, watcher: Watcher, leaves = false): void {
  shadow(value, name, (iterate) => {
    return function (this: unknown, ...args: unknown[]) {
      const iterator = Reflect.apply(iterate, this, args) as Any
      if (typeof iterator === 'object' && iterator !== null && Object.isExtensible(iterator))
        watchIterator(iterator, watcher, iteratorSteps, leaves)
      return iterator
    }
  })
}

const iteratorSteps = ['next', 'return', 'throw']
const readerSteps = ['read', 'cancel']

/** `leaves`: the call ends when the consumer leaves, not when what that brings about has ended. */
function watchIterator(iterator: Any, watcher: Watcher, steps = iteratorSteps, leaves = false): void {
  for (const name of steps) {
    if (typeof iterator[name] !== 'function') continue
    const last = name === 'return' || name === 'cancel'
    shadow(iterator, name, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        watcher.look(false)
        if (last && leaves) watcher.end(iterator)
        const seen = (step: Any) => {
          if (last || step?.done) watcher.end(iterator)
          return step
        }
        const failed = (error: unknown) => {
          watcher.fail(error)
          throw error
        }
        try {
          const step = Reflect.apply(original, this, args) as Any
          if (types.isPromise(step)) return isTransparent(step) ? step.then(seen, failed) : step
          return seen(step)
        } catch (error) {
          return failed(error)
        }
      }
    })
  }
}

const isEmitter = (value: Any) => typeof value.emit === 'function' && typeof value.on === 'function'

/** Puts an own method before the one that the object has or inherits, as visible as that was on the object. */
function shadow(object: Any, name: string | symbol, make: (original: Method) => Method): void {
  const original = object[name] as Method
  const value = make(original)
  Object.defineProperty(value, 'name', { value: original.name, configurable: true })
  Object.defineProperty(value, 'length', { value: original.length, configurable: true })
  const enumerable = Object.prototype.propertyIsEnumerable.call(object, name)
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable })
}

/** Tells a call's value, a promise's included, and hands the result on as it would behave without us. */
export function tap(result: unknown, seen: (value: unknown) => void): unknown {
  if (result === null || typeof result !== 'object' || types.isProxy(result)) return result
  if (types.isPromise(result) && isTransparent(result)) {
    return result.then((value) => {
      seen(value)
      return value
    })
  }
  const value = result as Any
  try {
    if (typeof value.then !== 'function') seen(value)
    else if (Object.isExtensible(value)) watchThen(value, { park() {}, look() {}, end: seen, fail() {} })
  } catch {
    // A getter that throws, a property that is fixed: nothing to see here.
  }
  return result
}

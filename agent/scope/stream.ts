import { isPromise, isProxy } from 'node:util/types'
import { dataOf } from '../data.ts'
import { ending, isTransparent, shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/** Whether a value is consumed after it was handed over; what can be iterated at once as well is there already. */
export function isStream(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isProxy(value)) return false
  if (typeof dataOf(value, Symbol.asyncIterator) !== 'function') return false
  return typeof dataOf(value, Symbol.iterator) !== 'function' || isEmitter(value)
}

/** A Node stream, by the events that it emits: no listener is added, nothing is read. */
export function watchEmitter(emitter: Any, watcher: Watcher): void {
  shadow(emitter, 'emit', (emit) => {
    return function (this: unknown, ...args: unknown[]) {
      watcher.look(false)
      if (args[0] === 'data') watcher.chunk?.(args[1])
      if (args[0] === 'error') watcher.fail(args[1])
      else if (args[0] === 'end' || args[0] === 'close') watcher.end(emitter)
      return Reflect.apply(emit, this, args)
    }
  })
  // A consumer that leaves a loop early destroys the stream with an AbortError, which is no failure of the call.
  if (typeof dataOf(emitter, Symbol.asyncIterator) === 'function')
    watchMaker(emitter, Symbol.asyncIterator, watcher, true)
}

/**
 * What emits its end whether it is looked at or not, in events of these names. Until one of them comes it counts as not
 * looked at, since of a broken connection none may come.
 */
export function watchEvents(emitter: Any, watcher: Watcher, { done, failed }: { done: string; failed: string }): void {
  shadow(emitter, 'emit', (emit) => {
    return function (this: unknown, ...args: unknown[]) {
      if (args[0] === done || args[0] === failed) watcher.look(false)
      if (args[0] === failed) watcher.fail(args[1])
      else if (args[0] === done) watcher.end(emitter)
      return Reflect.apply(emit, this, args)
    }
  })
}

/** An async iterable, generator or web stream: the scope ends when its consumer ends. */
export function watchIterable(value: Any, watcher: Watcher): void {
  if (typeof dataOf(value, 'getReader') === 'function') watchWeb(value, watcher)
  if (typeof dataOf(value, 'next') === 'function') watchIterator(value, watcher)
  // Stainless clients' streams: what iterates them and what tees them both begin with this.
  else if (typeof dataOf(value, 'tee') === 'function' && Object.hasOwn(value, 'iterator'))
    watchMaker(value, 'iterator', watcher)
  else watchMaker(value, Symbol.asyncIterator, watcher)
}

/** A web stream has more ways to be read than to be iterated; what comes out of one is watched in its place. */
function watchWeb(stream: Any, watcher: Watcher): void {
  const made = (name: string, see: (made: Any) => unknown) => {
    if (typeof dataOf(stream, name) !== 'function') return
    shadow(stream, name, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const result = Reflect.apply(original, this, args)
        watcher.look(false)
        return see(result)
      }
    })
  }
  const settled = (result: Any) => (isPromise(result) && isTransparent(result) ? ending(result, watcher) : result)
  const inner = (result: Any) => {
    const branches = Array.isArray(result) ? result : [result]
    let first: unknown
    for (const one of branches) {
      if (typeof dataOf(one, 'getReader') !== 'function' || !Object.isExtensible(one)) continue
      // Both branches of a tee hand out the same chunks: those of the one that is read first count.
      const chunk = (value: unknown) => {
        first ??= one
        if (first === one) watcher.chunk?.(value)
      }
      watchIterable(one, { ...watcher, chunk: watcher.chunk && chunk })
    }
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
  if (typeof dataOf(stream, 'values') === 'function') watchMaker(stream, 'values', watcher)
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

/** `leaves`: of a Node stream, where the call ends when the consumer leaves, and which emits its chunks as well. */
function watchIterator(iterator: Any, watcher: Watcher, steps = iteratorSteps, leaves = false): void {
  for (const name of steps) {
    if (typeof dataOf(iterator, name) !== 'function') continue
    const last = name === 'return' || name === 'cancel'
    shadow(iterator, name, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        watcher.look(false)
        if (last && leaves) watcher.end(iterator)
        const seen = (step: Any) => {
          if (last || dataOf(step, 'done')) watcher.end(iterator)
          else if (!leaves) watcher.chunk?.(dataOf(step, 'value'))
          return step
        }
        const failed = (error: unknown) => {
          watcher.fail(error)
          throw error
        }
        try {
          const step = (watcher.run ?? Reflect.apply)(original, this, args) as Any
          if (isPromise(step)) return isTransparent(step) ? step.then(seen, failed) : step
          return seen(step)
        } catch (error) {
          return failed(error)
        }
      }
    })
  }
}

/** Whether an object emits events. */
export const isEmitter = (value: object) =>
  typeof dataOf(value, 'emit') === 'function' && typeof dataOf(value, 'on') === 'function'

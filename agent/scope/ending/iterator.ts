import { isPromise, isProxy } from 'node:util/types'
import { isFresh } from '../../fresh-promises.ts'
import { dataOf } from '../../own-data.ts'
import { isPlain, observe, observeModeOf } from './promise.ts'
import { shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/**
 * While nothing is asked of a stream it counts as not looked at, since its consumer may have abandoned it. Each `look` of
 * the watcher that this gives is followed by a `park`; the first and the last of those that overlap count.
 */
export function asking(watcher: Watcher): Watcher {
  let asked = 0
  return {
    ...watcher,
    look() {
      if (asked++ === 0) watcher.look(false)
    },
    park() {
      if (--asked === 0) watcher.park()
    },
  }
}

/** A method that makes an iterator. */
export function watchMaker(value: Any, name: string | symbol, watcher: Watcher, leaves = false): void {
  let last: unknown
  shadow(value, name, (iterate) => {
    return {
      shell(this: unknown, ...args: unknown[]) {
        const iterator = Reflect.apply(iterate, this, args) as Any
        if (typeof iterator === 'object' && iterator !== null && Object.isExtensible(iterator) && iterator !== last) {
          last = iterator
          watchIterator(iterator, watcher, iteratorSteps, leaves)
          if (watcher.timed && name === Symbol.asyncIterator) watchLeaving(iterator, watcher)
        }
        return iterator
      },
    }.shell
  })
}

/** Where a library's own iterator has no `return`, nothing else says that its consumer has left the loop. */
function watchLeaving(iterator: Any, watcher: Watcher): void {
  if (isProxy(iterator) || 'return' in iterator) return
  const value = async (value: unknown) => {
    watcher.look(false)
    watcher.end(iterator)
    watcher.park()
    return { done: true, value }
  }
  Object.defineProperty(iterator, 'return', { value, configurable: true, writable: true })
}

const iteratorSteps = ['next', 'return', 'throw']

/** `leaves`: for a Node stream. The call ends when the consumer leaves, and the stream's events tell its chunks. */
export function watchIterator(iterator: Any, watcher: Watcher, steps = iteratorSteps, leaves = false): void {
  // A step that is there at once takes no time in which the stream is looked at.
  let atOnce = false
  for (const name of steps) {
    if (typeof dataOf(iterator, name) !== 'function') continue
    const last = name === 'return' || name === 'cancel'
    const take = (step: Any) => {
      if (last || dataOf(step, 'done')) watcher.end(iterator)
      else if (!leaves) watcher.chunk?.(dataOf(step, 'value'))
    }
    const taken = (_: unknown, step: Any) => {
      take(step)
      watcher.park()
    }
    const failed = (_: unknown, error: unknown) => {
      watcher.fail(error)
      watcher.park()
    }
    shadow(iterator, name, (original) => {
      const mode = observeModeOf(watcher.observe === 'beside' ? 'beside' : undefined, isFresh(original))
      return {
        shell(this: unknown, ...args: unknown[]) {
          const looked = !atOnce || watcher.timed === true
          if (looked) watcher.look(false)
          if (last && leaves) watcher.end(iterator)
          let step: Any
          try {
            step = (watcher.run ?? Reflect.apply)(original, this, args)
          } catch (error) {
            watcher.fail(error)
            if (looked) watcher.park()
            throw error
          }
          atOnce = !isPromise(step)
          if (atOnce) take(step)
          else if (isPlain(step)) {
            if (!looked) watcher.look(false)
            return observe(step, mode, iterator, taken, failed)
          }
          if (looked) watcher.park()
          return step
        },
      }.shell
    })
  }
}

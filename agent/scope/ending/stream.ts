import { isProxy } from 'node:util/types'
import { dataOf } from '../../own-data.ts'
import { isEmitter } from './events.ts'
import { asking, watchIterator, watchMaker } from './iterator.ts'
import { shadow, type Watcher } from './watcher.ts'
import { watchWeb } from './web-stream.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/** True for a value that is consumed after it was returned; what can be iterated synchronously too is there already. */
export function isStream(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isProxy(value)) return false
  if (typeof dataOf(value, Symbol.asyncIterator) !== 'function') return false
  return typeof dataOf(value, Symbol.iterator) !== 'function' || isEmitter(value)
}

/** A Node stream, by the events that it emits: no listener is added, nothing is read. */
export function watchEmitter(emitter: Any, watcher: Watcher): void {
  const asked = asking(watcher)
  let flows = false
  const flow = (now: boolean) => {
    if (now === flows) return
    flows = now
    if (now) asked.look(false)
    else asked.park()
  }
  shadow(emitter, 'emit', (emit) => {
    return function (this: unknown, ...args: unknown[]) {
      flow(true)
      if (args[0] === 'data') watcher.chunk?.(args[1])
      if (args[0] === 'error') watcher.fail(args[1])
      else if (args[0] === 'end' || args[0] === 'close') watcher.end(emitter)
      const heard = Reflect.apply(emit, this, args)
      flow(isFlowing(emitter, heard))
      return heard
    }
  })
  // A consumer that leaves a loop early destroys the stream with an AbortError, which is no failure of the call.
  if (typeof dataOf(emitter, Symbol.asyncIterator) === 'function')
    watchMaker(emitter, Symbol.asyncIterator, asked, true)
}

/** True while a consumer wants more: a stream of Node says so, for another emitter its listeners do. */
function isFlowing(emitter: Any, heard: unknown): boolean {
  try {
    const { readableFlowing } = emitter
    return typeof readableFlowing === 'boolean' || readableFlowing === null ? readableFlowing === true : heard === true
  } catch {
    return false // A getter that throws.
  }
}

/** An async iterable, generator or web stream: the scope ends when its consumer ends. */
export function watchIterable(value: Any, watcher: Watcher): void {
  const asked = asking(watcher)
  if (typeof dataOf(value, 'getReader') === 'function') watchWeb(value, asked)
  else if (typeof dataOf(value, 'next') === 'function') watchIterator(value, asked)
  // Stainless clients' streams: `for await` and `tee` both begin with this method.
  else if (typeof dataOf(value, 'tee') === 'function' && Object.hasOwn(value, 'iterator'))
    watchMaker(value, 'iterator', asked)
  else watchMaker(value, Symbol.asyncIterator, asked)
}

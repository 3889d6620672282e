import { markFresh } from '../fresh.ts'
import { asking, watchIterator, watchMaker } from './iterator.ts'
import { ending, shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/** A web stream has more ways to be read than to be iterated; what comes out of one is watched in its place. */
export function watchWeb(stream: Any, watcher: Watcher): void {
  markNodes()
  let handed = false
  const made = (name: string, see: (made: Any, maker: Any) => unknown) => {
    if (typeof stream[name] !== 'function') return
    shadow(stream, name, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        const result = Reflect.apply(original, this, args)
        watcher.look(false)
        return see(result, original)
      }
    })
  }
  const inner = (result: Any) => {
    const branches = Array.isArray(result) ? result : [result]
    let first: unknown
    for (const one of branches) {
      if (typeof one?.getReader !== 'function' || !Object.isExtensible(one)) continue
      handed = true
      // Both branches of a tee hand out the same chunks: those of the one that is read first count.
      const chunk = (value: unknown) => {
        first ??= one
        if (first === one) watcher.chunk?.(value)
      }
      watchWeb(one, asking({ ...watcher, chunk: watcher.chunk && chunk }))
    }
    watcher.park()
    return result
  }
  made('getReader', (reader) => {
    if (Object.isExtensible(reader)) watchIterator(reader, watcher, readerSteps)
    watcher.park()
    return reader
  })
  made('pipeTo', (result, maker) => ending(result, watcher, maker))
  made('cancel', (result, maker) => ending(result, watcher, maker))
  made('pipeThrough', inner)
  made('tee', inner)
  for (const name of ['values', Symbol.asyncIterator])
    if (typeof stream[name] === 'function') watchMaker(stream, name, watcher)
  watchClosing(stream, (failed, error) => {
    if (handed) return
    if (failed) watcher.fail(error)
    else watcher.end(stream)
  })
}

const readerSteps = ['read', 'cancel']

/** Node reads a stream also by ways of its own: a transferred one, one that `Readable.fromWeb` was given. */
function watchClosing(stream: Any, closed: (failed: boolean, error: unknown) => void): void {
  const { finished, isErrored } = process.getBuiltinModule('node:stream')
  try {
    finished(stream, (error) => closed(isErrored(stream), error))
  } catch {
    // A stream that is not Node's.
  }
}

let marked = false

/** These make a promise for each call. What iterates a web stream keeps its last one. */
function markNodes(): void {
  if (marked) return
  marked = true
  const { ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader } =
    process.getBuiltinModule('node:stream/web')
  markFresh(ReadableStream.prototype.pipeTo, ReadableStream.prototype.cancel)
  for (const { prototype } of [ReadableStreamDefaultReader, ReadableStreamBYOBReader])
    markFresh(prototype.read, prototype.cancel)
}

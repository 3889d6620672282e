import { markFresh } from '../../fresh-promises.ts'
import { dataOf } from '../../own-data.ts'
import { asking, watchIterator, watchMaker } from './iterator.ts'
import { between, standsFor } from './pipe.ts'
import { ending, shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/** A web stream can be read in more ways than to be iterated; streams that it makes are watched in its place. */
export function watchWeb(stream: Any, watcher: Watcher): void {
  markNodes()
  let handed = false
  const made = (name: string, see: (made: Any, maker: Any) => unknown) => {
    if (typeof dataOf(stream, name) !== 'function') return
    shadow(stream, name, (original) => {
      return {
        shell(this: unknown, ...args: unknown[]) {
          const result = Reflect.apply(original, this, args)
          watcher.look(false)
          return see(result, original)
        },
      }.shell
    })
  }
  const inner = (result: Any, see: Watcher['chunk']) => {
    const branches = Array.isArray(result) ? result : [result]
    let first: unknown
    for (const one of branches) {
      if (typeof dataOf(one, 'getReader') !== 'function' || !Object.isExtensible(one)) continue
      handed = true
      // Both branches of a tee hand out the same chunks: those of the one that is read first count.
      const chunk = (value: unknown) => {
        first ??= one
        if (first === one) see?.(value)
      }
      watchWeb(one, asking({ ...watcher, chunk: see && chunk }))
    }
    watcher.park()
    return result
  }
  /** If `between` sees the chunks, the result of piping shows only the end. */
  const piped = (name: string, see: (result: Any, chunk: Watcher['chunk'], maker: Any) => unknown) => {
    shadow(stream, name, (original) => {
      return {
        shell(this: unknown, ...args: unknown[]) {
          const { chunk } = watcher
          const isOurs = chunk && watcher.between && standsFor(this, stream)
          const source = isOurs ? between(this, name, args, chunk) : undefined
          const result = Reflect.apply(original, source ?? this, args)
          watcher.look(false)
          return see(result, source === undefined ? chunk : undefined, original)
        },
      }.shell
    })
  }
  made('getReader', (reader) => {
    if (Object.isExtensible(reader)) watchIterator(reader, watcher, readerSteps)
    watcher.park()
    return reader
  })
  if (typeof dataOf(stream, 'pipeTo') === 'function')
    piped('pipeTo', (result, _, maker) => ending(result, watcher, maker))
  made('cancel', (result, maker) => ending(result, watcher, maker))
  if (typeof dataOf(stream, 'pipeThrough') === 'function') piped('pipeThrough', inner)
  made('tee', (result) => inner(result, watcher.chunk))
  for (const name of ['values', Symbol.asyncIterator])
    if (typeof dataOf(stream, name) === 'function') watchMaker(stream, name, watcher)
  watchClosing(stream, (failed, error) => {
    if (handed) return
    if (failed) watcher.fail(error)
    else watcher.end(stream)
  })
}

const readerSteps = ['read', 'cancel']

/** Node also reads a stream past its methods: one that is transferred, or passed to `Readable.fromWeb`. */
function watchClosing(stream: Any, closed: (failed: boolean, error: unknown) => void): void {
  const { finished, isErrored } = process.getBuiltinModule('node:stream')
  try {
    finished(stream, (error) => closed(isErrored(stream), error))
  } catch {
    // A stream that is not Node's.
  }
}

let marked = false

/**
 * Their methods make a promise for each call; the iterator of a web stream keeps its last one. Not `read`: a consumer
 * that has its chunk a turn later asks for the next a turn later, and loses what is queued when the stream fails.
 */
function markNodes(): void {
  if (marked) return
  marked = true
  const { ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader } =
    process.getBuiltinModule('node:stream/web')
  markFresh(ReadableStream.prototype.pipeTo, ReadableStream.prototype.cancel)
  for (const { prototype } of [ReadableStreamDefaultReader, ReadableStreamBYOBReader]) markFresh(prototype.cancel)
}

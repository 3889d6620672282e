import type { Readable } from 'node:stream'
import { enter, type Store, store } from './context.ts'

/**
 * Keeps what listens to the parts and the end of a body in the request: Node tells them where it reads from the
 * connection, whose context is nobody's with HTTP/2, and from Node 24 on with HTTP/1. It hands all of them over by `push`.
 */
export function keepBody(body: Readable, context: Store | undefined): void {
  const value = pushIn(context, body.push)
  Object.defineProperty(body, 'push', { value, configurable: true, enumerable: false, writable: true })
}

/** Without a name, as the original. */
const pushIn = (context: Store | undefined, original: Readable['push']) =>
  function (this: Readable, _chunk: unknown, _encoding?: BufferEncoding): boolean {
    const back = store()
    enter(context)
    try {
      return Reflect.apply(original, this, arguments)
    } finally {
      enter(back)
    }
  }

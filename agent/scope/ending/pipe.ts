// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/**
 * A web stream is piped by Node itself, past all public methods: what goes through is seen only from between. Gives the
 * stream to pipe in place of this one; undefined where that would not be the same, and where it can't be piped, which
 * is for Node to say. One chunk more is asked for ahead of its consumer, and a consumer that fails is known to the source
 * a moment later: so this is for streams that a library makes, not for any.
 */
export function between(stream: Any, name: string, args: readonly Any[], see: (chunk: unknown) => void): Any {
  if (typeof TransformStream !== 'function' || !(stream instanceof ReadableStream) || stream.locked) return undefined
  const [into, options] = args
  const writable = name === 'pipeTo' ? into : into instanceof TransformStream ? into.writable : undefined
  if (options !== undefined || !(writable instanceof WritableStream) || writable.locked) return undefined
  const transform = (chunk: unknown, controller: TransformStreamDefaultController) => {
    see(chunk)
    controller.enqueue(chunk)
  }
  return ReadableStream.prototype.pipeThrough.call(
    stream,
    new TransformStream({ transform }, undefined, { highWaterMark: 0 }),
  )
}

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/**
 * Node pipes a web stream past all public methods: only a stream in between sees its chunks. Gives the stream to pipe in
 * place of this one; undefined where that would not be the same, and where it can't be piped, which is for Node to say.
 * It asks for no chunk ahead of its consumer, and fails when its source does; but each chunk is a turn later, and the
 * source hears a moment later of a consumer that fails: so this is for streams that a library makes, not for any.
 */
export function between(stream: Any, name: string, args: readonly Any[], see: (chunk: unknown) => void): Any {
  if (typeof TransformStream !== 'function' || !(stream instanceof ReadableStream) || stream.locked) return undefined
  const [into, options] = args
  const writable = name === 'pipeTo' ? into : into instanceof TransformStream ? into.writable : undefined
  if (options !== undefined || !(writable instanceof WritableStream) || writable.locked) return undefined
  const reader: Any = ReadableStream.prototype.getReader.call(stream)
  const made = new ReadableStream(
    {
      start(to) {
        reader.closed.catch((error: unknown) => {
          to.error(error)
          reader.releaseLock()
        })
      },
      async pull(to) {
        const { done, value } = await reader.read()
        if (done) {
          reader.releaseLock()
          return to.close()
        }
        see(value)
        to.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason).finally(() => reader.releaseLock()),
    },
    { highWaterMark: 0 },
  )
  sources.set(made, sources.get(stream) ?? stream)
  return made
}

/** The streams that stand in the place of others. */
const sources = new WeakMap<object, object>()

/** True for the stream itself, and for what another who watches it pipes in its place. */
export const standsFor = (given: Any, stream: object): boolean => given === stream || sources.get(given) === stream

import type { Ends } from '../../model.ts'
import { isStream, watchIterable } from './stream.ts'
import { shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/**
 * An object that hands its rows to observers, those of its own promises included: each is told by one of ours, and the
 * first that is done ends the call. Where it is iterated, its consumer does.
 */
export function watchRows(
  object: Any,
  watcher: Watcher,
  { through, next, done, failed }: Ends & { kind: 'rows' },
): void {
  let iterated = false
  const taken = { value: undefined as unknown, count: 0 }
  const consumer: Watcher = {
    ...watcher,
    look(restart) {
      iterated = true
      watcher.look(restart)
    },
    chunk(value) {
      taken.count++
      watcher.chunk?.(value)
    },
    end: () => watcher.end(taken),
  }
  if (isStream(object)) watchIterable(object, consumer)

  shadow(object, through, (original) => {
    return {
      shell(this: unknown, ...args: unknown[]) {
        const observer = args[0] as Any
        if (typeof observer !== 'object' || observer === null) return Reflect.apply(original, this, args)
        watcher.look(false)
        const told: { value?: unknown; count?: number } = {}
        const hear = (key: string | symbol, value: unknown) => {
          if (key === done) taken.value = told.value = value
          if (iterated) return
          if (key === done) watcher.end(told)
          if (key === failed) watcher.fail(value)
          if (key !== next) return
          told.count = (told.count ?? 0) + 1
          watcher.chunk?.(value)
        }
        // A Proxy over an empty object, since it can't replace the methods of a frozen one. They are called on the observer.
        args[0] = new Proxy({} as Any, {
          get(_, key) {
            const method = observer[key]
            if (key === next && typeof method === 'function') told.count ??= 0
            if (typeof method !== 'function' && (method !== undefined || key !== done)) return method
            return (...values: unknown[]) => {
              hear(key, values[0])
              return method && Reflect.apply(method, observer, values)
            }
          },
        })
        return (watcher.run ?? Reflect.apply)(original, this, args)
      },
    }.shell
  })
}

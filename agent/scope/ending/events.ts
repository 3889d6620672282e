import type { Ends } from '../../model.ts'
import { dataOf } from '../../own-data.ts'
import { shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/** True when an object emits events. */
export const isEmitter = (value: object) =>
  typeof dataOf(value, 'emit') === 'function' && typeof dataOf(value, 'on') === 'function'

/**
 * An object that emits its end in events of these names, looked at or not. Until one of them comes it counts as not
 * looked at, since a broken connection may emit none.
 */
export function watchEvents(emitter: Any, watcher: Watcher, { done, failed, row }: Ends & { kind: 'events' }): void {
  shadow(emitter, 'emit', (emit) => {
    return function (this: unknown, ...args: unknown[]) {
      if (args[0] === row) watcher.chunk?.(args[1])
      if (args[0] === done || args[0] === failed) watcher.look(false)
      if (args[0] === failed) watcher.fail(args[1])
      else if (args[0] === done) watcher.end(emitter)
      return Reflect.apply(emit, this, args)
    }
  })
}

/** True when an object has both methods, and can be watched. */
export const areMethods = (object: Any, { done, failed }: Ends & { kind: 'methods' }): boolean =>
  [done, failed].every((name) => typeof dataOf(object, name) === 'function') && Object.isExtensible(object)

/** An object that the library finishes by one of two methods; false where it has not both. */
export function watchMethods(object: Any, watcher: Watcher, methods: Ends & { kind: 'methods' }): boolean {
  if (!areMethods(object, methods)) return false
  const { done, failed, of } = methods
  // Methods, which like arrow functions have no `prototype` to be seen.
  const put = (name: string, before: (value: unknown) => void, after: (value: unknown) => void) =>
    shadow(object, name, (original) => {
      return {
        shell(this: unknown, ...args: unknown[]) {
          before(args[0])
          const made = Reflect.apply(original, this, args)
          after(args[0])
          return made
        },
      }.shell
    })
  put(failed, watcher.fail, () => {})
  // The method that resolves a promise may still find that it has to reject it.
  if (of === undefined)
    put(
      done,
      () => watcher.end(object),
      () => {},
    )
  else put(done, () => {}, watcher.end)
  return true
}

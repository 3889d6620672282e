import { isPromise } from 'node:util/types'
import { isFresh } from '../../fresh-promises.ts'
import type { Ends } from '../../model.ts'
import { dataOf } from '../../own-data.ts'
import { isPlain, observe, observeModeOf } from './promise.ts'
import { type MethodFn, shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/**
 * A cursor that its consumer asks for rows, which it calls back or promises. Gives the watcher of its end: the library may
 * know of that before it has answered. Undefined for an object that is no cursor.
 */
export function watchAsking(object: Any, watcher: Watcher, { by, at }: Ends & { kind: 'asked' }): Watcher | undefined {
  const inner = at === undefined ? undefined : dataOf(object, at)
  const cursor = [inner, object].find((one) => typeof dataOf(one, by) === 'function')
  if (cursor === undefined || !Object.isExtensible(cursor)) return undefined
  let asked = 0
  let ended: { readonly result: unknown } | undefined
  const answered = (rows?: unknown) => {
    watcher.chunk?.(rows)
    if (--asked > 0) return
    if (ended === undefined) watcher.park()
    else watcher.end(ended.result)
  }
  shadow(cursor, by, (original) => {
    const mode = observeModeOf(watcher.observe, isFresh(original))
    return {
      shell(this: unknown, ...args: unknown[]) {
        const callback = args.at(-1)
        if (typeof callback === 'function') args[args.length - 1] = answering(callback as MethodFn, answered)
        if (asked++ === 0) watcher.look(false)
        let made: unknown
        try {
          made = Reflect.apply(original, this, args)
        } catch (error) {
          answered()
          throw error
        }
        if (typeof callback === 'function') return made
        if (isPromise(made) && isPlain(made))
          return observe(
            made,
            mode,
            undefined,
            (_, rows) => answered(rows),
            () => answered(),
          )
        answered()
        return made
      },
    }.shell
  })
  return {
    ...watcher,
    end(result) {
      if (asked > 0) ended = { result }
      else watcher.end(result)
    },
  }
}

/** Its callback, which is notified first. */
function answering(callback: MethodFn, answered: (rows: unknown) => void): MethodFn {
  return function (this: unknown, ...values) {
    answered(values[0] ? undefined : values[1])
    return Reflect.apply(callback, this, values)
  }
}

import { isPromise } from 'node:util/types'
import type { Ends } from '../../model.ts'
import { dataOf } from '../../own-data.ts'
import { isPlain, observe } from './promise.ts'
import { shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/** An object that hands its rows, portion by portion, to a function in one of its properties, and waits for that. */
export function watchHanded(object: Any, watcher: Watcher, { to }: Ends & { kind: 'handed' }): void {
  if (typeof dataOf(object, to) !== 'function' || !Object.isExtensible(object)) return
  shadow(object, to, (original) => {
    return {
      shell(this: unknown, ...args: unknown[]) {
        watcher.chunk?.(args[0])
        watcher.park()
        const back = () => watcher.look(false)
        let made: unknown
        try {
          made = Reflect.apply(original, this, args)
        } catch (error) {
          back()
          throw error
        }
        if (isPromise(made) && isPlain(made)) observe(made, 'beside', undefined, back, back)
        else back()
        return made
      },
    }.shell
  })
}

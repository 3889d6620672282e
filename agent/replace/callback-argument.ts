import { isClass } from '../locate/find.ts'
import { imitate } from './imitate.ts'
import type { Fn } from './patch.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/** The arguments, the last function among them (no class) replaced by one that tells its own first argument. */
export function withCallbackArgument(args: IArguments, seen: (value: unknown) => void): ArrayLike<unknown> {
  const passed: Any[] = Array.from(args)
  const i = passed.findLastIndex((arg) => typeof arg === 'function' && !isClass(arg))
  if (i < 0) return args
  const callback: Fn = passed[i]
  passed[i] = function (this: unknown, ...values: unknown[]) {
    seen(values[0])
    return Reflect.apply(callback, this, values)
  }
  imitate(passed[i], callback)
  return passed
}

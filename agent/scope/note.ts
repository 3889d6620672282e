import type { Fn } from '../call.ts'
import type { Point, Raw } from '../model.ts'
import { tap } from './ending/watch.ts'

/** Wraps a function that is not profiled, only listened to; with `settled`, to the value of its promise. `note` does not throw. */
export function noting(
  note: (call: Raw) => unknown,
  points: readonly Pick<Point, 'on'>[],
  original: Fn,
  settled = false,
): Fn {
  const told = (self: unknown, args: ArrayLike<unknown>, result: unknown): unknown => {
    if (!points.some(({ on }) => on)) return result
    if (settled) return tap(result, (value) => void note({ self, args, result: value }), original)
    note({ self, args, result })
    return result
  }
  if (Object.hasOwn(original, 'prototype')) {
    return function shell(this: unknown) {
      if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
      return told(this, arguments, Reflect.apply(original, this, arguments))
    }
  }
  return {
    shell(this: unknown) {
      return told(this, arguments, Reflect.apply(original, this, arguments))
    },
  }.shell
}

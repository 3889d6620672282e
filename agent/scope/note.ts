import type { Fn } from '../call.ts'
import type { Point, Raw } from '../model.ts'

/** Wraps a function that is not profiled, only listened to. `note` never throws. */
export function noting(note: (call: Raw) => unknown, points: readonly Pick<Point, 'on'>[], original: Fn): Fn {
  const isOn = () => points.some(({ on }) => on)
  if (Object.hasOwn(original, 'prototype')) {
    return function shell(this: unknown) {
      if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
      const result = Reflect.apply(original, this, arguments)
      if (isOn()) note({ self: this, args: arguments, result })
      return result
    }
  }
  return {
    shell(this: unknown) {
      const result = Reflect.apply(original, this, arguments)
      if (isOn()) note({ self: this, args: arguments, result })
      return result
    },
  }.shell
}

import type { Scope } from '../call.ts'
import type { Point } from '../model.ts'
import type { MethodFn } from './ending/watcher.ts'

/** Stands for the object of a call to which all belongs that its library calls in the synchronous part of its work. */
const anyone = Symbol('anyone')

/** The call whose synchronous part is running. */
export const inside = { self: undefined as unknown, point: undefined as Point | undefined }

/**
 * The same object's method of the same scope called from inside it (a subclass calling `super`, a method calling its
 * sibling) is the same call, not another.
 */
export function isInside(point: Point, self: unknown): boolean {
  const running = inside.point
  if (running === undefined) return false
  if (inside.self === anyone) return running.library === point.library
  return inside.self === self && running.counts === point.counts
}

/** Runs a part of a call's work, to which all belongs that its library calls in it. */
export const runInside =
  (point: Point, span: Scope['span']) =>
  (original: MethodFn, of: unknown, args: ArrayLike<unknown>): unknown => {
    const { self, point: outer } = inside
    inside.self = anyone
    inside.point = point
    try {
      return span === undefined ? Reflect.apply(original, of, args) : span.run(original, of, args)
    } finally {
      inside.self = self
      inside.point = outer
    }
  }

import type { Fn } from '../call.ts'
import type { Point, Wait } from '../model.ts'
import { acquire, isOurs, lend, type Step, type WaitParts } from './connections.ts'
import { enterCall, inside } from './inside.ts'
import { callOf, endWait } from './waits.ts'

type Before = (self: unknown, args: ArrayLike<unknown>) => Step | undefined

/** Wraps a function with `wait`, which others call while they wait for a connection. */
export function waiting(points: readonly Point[], wait: Wait, original: Fn, parts: WaitParts): Fn {
  const isOn = () => points.some(({ on }) => on)
  const before = beforeOf(wait, points, original, parts)
  const begin: Before = (self, args) => {
    try {
      return isOn() ? before(self, args) : undefined
    } catch (error) {
      parts.pipeline.fault(error)
      return undefined
    }
  }

  if (Object.hasOwn(original, 'prototype')) {
    return function shell(this: unknown) {
      if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
      const step = begin(this, arguments)
      if (step === undefined) return Reflect.apply(original, this, arguments)
      try {
        const made = Reflect.apply(step.target, this, step.args)
        return step.made === undefined ? made : step.made(made)
      } catch (error) {
        step.failed?.(error)
        throw error
      } finally {
        step.leave?.()
      }
    }
  }
  return {
    shell(this: unknown) {
      const step = begin(this, arguments)
      if (step === undefined) return Reflect.apply(original, this, arguments)
      try {
        const made = Reflect.apply(step.target, this, step.args)
        return step.made === undefined ? made : step.made(made)
      } catch (error) {
        step.failed?.(error)
        throw error
      } finally {
        step.leave?.()
      }
    },
  }.shell
}

function beforeOf(wait: Wait, points: readonly Point[], original: Fn, parts: WaitParts): Before {
  const { library, pool } = points[0] as Point
  const { now } = parts.pipeline
  const own = points.filter((point) => point.wait === undefined)
  switch (wait) {
    case 'acquire': {
      const profiled = own.length === 0 ? original : parts.wrap(own, original)
      return (self, args) => {
        const { point, scope } = inside
        const size = () => pool?.({ self, args })
        const callback = args[args.length - 1]
        if (isOurs(callback)) return undefined
        return point?.library === library
          ? acquire(original, args, point, scope, now, size)
          : { target: profiled, args }
      }
    }
    case 'for args.0':
      return (_, args) => {
        const scope = callOf(args[0])
        return scope === undefined || scope.ended
          ? undefined
          : { target: original, args, leave: enterCall(scope.point, scope) }
      }
    case 'until this':
    case 'until args.0':
      return (self, args) => {
        const scope = callOf(wait === 'until this' ? self : args[0])
        // One that has its connection in its synchronous part has not waited.
        if (scope !== undefined && scope === inside.scope) scope.wait = undefined
        else if (scope?.ended === false) {
          if (scope.wait !== undefined) scope.wait.size = pool?.({ self, args })
          endWait(scope, now())
        }
        return undefined
      }
    case 'lend args.0':
      return (self, args) => lend(original, self, args, own, library, parts)
  }
}

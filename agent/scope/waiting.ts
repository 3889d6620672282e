import { isPromise } from 'node:util/types'
import type { Fn, Pipeline, Scope, Scopes } from '../call.ts'
import type { Point, Wait } from '../model.ts'
import { isPlain, observe, observeModeOf } from './ending/promise.ts'
import { enterCall, inside } from './inside.ts'
import { backdate, beginWait, callOf, endWait } from './waits.ts'

interface WaitParts extends Pick<Scopes, 'begin' | 'end' | 'wrap'> {
  readonly pipeline: Pipeline
}
/** One call of such a function, as far as it is not simply the original's. */
interface Step {
  readonly target: Fn
  readonly args: ArrayLike<unknown>
  readonly made?: (made: unknown) => unknown
  readonly failed?: (error: unknown) => void
  readonly leave?: () => void
}
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
  const { library } = points[0] as Point
  const { now } = parts.pipeline
  const own = points.filter((point) => point.wait === undefined)
  switch (wait) {
    case 'acquire': {
      const profiled = own.length === 0 ? original : parts.wrap(own, original)
      return (_, args) => {
        const { point, scope } = inside
        const callback = args[args.length - 1]
        if (typeof callback === 'function' && ours.has(callback as Fn)) return undefined
        return point?.library === library ? acquire(original, args, point, scope, now) : { target: profiled, args }
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
        else if (scope?.ended === false) endWait(scope, now())
        return undefined
      }
    case 'lend args.0':
      return (self, args) => lend(original, self, args, own, library, parts)
  }
}

/** Callbacks of ours, with which a library may ask again. */
const ours = new WeakSet<Fn>()

/** A connection for the call that is running. What the library calls first with it is a part of that. */
function acquire(
  original: Fn,
  args: ArrayLike<unknown>,
  point: Point,
  scope: Scope | undefined,
  now: () => number,
): Step {
  if (scope !== undefined) beginWait(scope, now())
  const done = () => {
    if (scope?.ended === false) endWait(scope, now())
  }
  const passed = Array.from(args)
  const callback = passed.at(-1)
  if (typeof callback === 'function') {
    const called = function (this: unknown, ...values: unknown[]) {
      done()
      if (values[0]) return Reflect.apply(callback, this, values)
      const leave = enterCall(point, scope, 'first')
      try {
        return Reflect.apply(callback, this, values)
      } finally {
        leave()
      }
    }
    ours.add(called)
    passed[passed.length - 1] = called
  }
  const made = (made: unknown) => {
    if (typeof callback === 'function') return made
    // The library waits for it, and so deals with its rejection.
    if (isPromise(made) && isPlain(made)) observe(made, 'beside', undefined, done, done)
    else done()
    return made
  }
  return { target: original, args: passed, made, failed: done }
}

/** Calls its argument with a connection: the call that begins first in that has waited. If none does, that has failed. */
function lend(
  original: Fn,
  self: unknown,
  args: ArrayLike<unknown>,
  own: readonly Point[],
  library: string,
  { pipeline, begin, end }: WaitParts,
): Step | undefined {
  const borrower = args[0]
  if (typeof borrower !== 'function') return undefined
  const since = pipeline.now()
  let given = false
  const failed = (error: unknown) => {
    const point = own.find(({ on }) => on)
    const scope = given || point === undefined ? undefined : begin(point, self, args)
    if (scope === undefined) return
    backdate(scope, since)
    end(scope, undefined, true, error)
  }
  const passed = Array.from(args)
  passed[0] = function (this: unknown, ...values: unknown[]) {
    const outer = inside.lent
    given = true
    inside.lent = { library, since }
    try {
      return Reflect.apply(borrower, this, values)
    } finally {
      inside.lent = outer
    }
  }
  const mode = observeModeOf(own[0]?.observe, false)
  const made = (made: unknown) => {
    if (!isPromise(made) || !isPlain(made)) return made
    return observe(
      made,
      mode,
      undefined,
      () => {},
      (_, error) => failed(error),
    )
  }
  return { target: original, args: passed, made, failed }
}

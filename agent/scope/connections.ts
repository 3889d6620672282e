import { isPromise } from 'node:util/types'
import type { Fn, Pipeline, Scope, Scopes } from '../call.ts'
import type { Point } from '../model.ts'
import { isPlain, observe, observeModeOf } from './ending/promise.ts'
import { enterCall, inside } from './inside.ts'
import { backdate, beginWait, endWait } from './waits.ts'

export interface WaitParts extends Pick<Scopes, 'begin' | 'end' | 'wrap'> {
  readonly pipeline: Pipeline
}
/** One call of such a function, as far as it is not simply the original's. */
export interface Step {
  readonly target: Fn
  readonly args: ArrayLike<unknown>
  readonly made?: (made: unknown) => unknown
  readonly failed?: (error: unknown) => void
  readonly leave?: () => void
}

/** Callbacks of ours, with which a library may ask again. */
const ours = new WeakSet<object>()
export const isOurs = (callback: unknown): boolean => typeof callback === 'function' && ours.has(callback)

/** A connection for the call that is running. What the library calls first with it is a part of that. */
export function acquire(
  original: Fn,
  args: ArrayLike<unknown>,
  point: Point,
  scope: Scope | undefined,
  now: () => number,
  size: () => unknown,
): Step {
  if (scope !== undefined) beginWait(scope, now(), size())
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
export function lend(
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

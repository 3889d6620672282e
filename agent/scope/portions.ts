import { isPromise } from 'node:util/types'
import type { Fn, Pipeline, Scope } from '../call.ts'
import { isFresh } from '../fresh-promises.ts'
import type { Point } from '../model.ts'
import { createStamp } from '../stamp.ts'
import { isPlain, observe, observeModeOf } from './ending/promise.ts'
import type { Watcher } from './ending/watcher.ts'
import { isInside, runInside } from './inside.ts'

type Choose = (points: readonly Point[], self: unknown, args: ArrayLike<unknown>, reads: boolean) => Point | undefined

interface PortionParts {
  readonly pipeline: Pipeline
  readonly choose: Choose
  readonly begin: (point: Point, self: unknown, args: ArrayLike<unknown>) => Scope | undefined
  readonly watcherOf: (scope: Scope) => Watcher
}

/** A cursor that is read, and the call that all its portions are. */
interface Cursor {
  readonly point: Point
  /** Both undefined where the call is sampled out. */
  readonly scope: Scope | undefined
  readonly watcher: Watcher | undefined
  readonly run: NonNullable<Watcher['run']>
  /** Methods of it under way. */
  asked: number
  /** True when nothing more will come. */
  over: boolean
  failure: { readonly error: unknown } | undefined
  ended: boolean
}

const cursors = createStamp<Cursor>()

/**
 * Wraps a method that fetches a portion of the cursor that is its `this`, or closes it. The first portion begins the
 * call. A cursor that is abandoned takes its call with it, which stays unobserved.
 */
export function portions(
  points: readonly Point[],
  original: Fn,
  { pipeline, choose, begin, watcherOf }: PortionParts,
): Fn {
  const mode = observeModeOf(points[0]?.observe, isFresh(original))
  const closes = points[0]?.ends?.portion?.closes === true

  function enter(self: unknown, args: ArrayLike<unknown>): Cursor | undefined {
    if (typeof self !== 'object' || self === null) return undefined
    const known = cursors.of(self)
    const cursor = known?.ended === false ? known : closes ? undefined : open(self, args)
    if (cursor !== undefined && cursor.asked++ === 0) cursor.watcher?.look(false)
    return cursor
  }

  function open(self: object, args: ArrayLike<unknown>): Cursor | undefined {
    const point = choose(points, self, args, pipeline.reads)
    if (point === undefined || isInside(point, self)) return undefined
    const scope = begin(point, self, args)
    const watcher = scope && watcherOf(scope)
    watcher?.park()
    const run = watcher?.run ?? runInside(point, undefined)
    const cursor = { point, scope, watcher, run, asked: 0, over: false, failure: undefined, ended: false }
    cursors.put(self, cursor)
    return cursor
  }

  function leave(cursor: Cursor, value: unknown): void {
    const { point, scope, watcher } = cursor
    try {
      if (closes) cursor.over = true
      else {
        watcher?.chunk?.(value)
        if (scope !== undefined && point.ends?.portion?.last?.({ ...scope, result: value })) cursor.over = true
      }
    } catch (error) {
      pipeline.fault(error)
    }
    settle(cursor)
  }

  function fail(cursor: Cursor, error: unknown): void {
    cursor.failure ??= { error }
    settle(cursor)
  }

  return Object.hasOwn(original, 'prototype')
    ? function shell(this: unknown) {
        if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
        const cursor = enter(this, arguments)
        if (cursor === undefined) return Reflect.apply(original, this, arguments)
        let made: unknown
        try {
          made = cursor.run(original, this, arguments)
        } catch (error) {
          fail(cursor, error)
          throw error
        }
        if (isPromise(made) && isPlain(made)) return observe(made, mode, cursor, leave, fail)
        leave(cursor, made)
        return made
      }
    : {
        shell(this: unknown) {
          const cursor = enter(this, arguments)
          if (cursor === undefined) return Reflect.apply(original, this, arguments)
          let made: unknown
          try {
            made = cursor.run(original, this, arguments)
          } catch (error) {
            fail(cursor, error)
            throw error
          }
          if (isPromise(made) && isPlain(made)) return observe(made, mode, cursor, leave, fail)
          leave(cursor, made)
          return made
        },
      }.shell
}

/** A portion may itself find that the cursor is to be closed: the last of what is asked for decides. */
function settle(cursor: Cursor): void {
  const { scope, watcher, failure } = cursor
  if (--cursor.asked > 0) return
  if (failure === undefined && !cursor.over) {
    watcher?.park()
    return
  }
  cursor.ended = true
  const { chunks, time_to_first_chunk_ms, ...rest } = scope?.metadata ?? {}
  // That one portion was all says no more than the duration.
  if (scope !== undefined && chunks === 1) scope.metadata = rest
  if (failure === undefined) watcher?.end(scope?.self)
  else watcher?.fail(failure.error)
}

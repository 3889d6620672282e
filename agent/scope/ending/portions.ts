import { isPromise } from 'node:util/types'
import type { Fn, Pipeline, Scope } from '../../call.ts'
import { isFresh } from '../../fresh-promises.ts'
import type { Point } from '../../model.ts'
import { dataOf } from '../../own-data.ts'
import { createStamp } from '../../stamp.ts'
import { isInside, runInside } from '../inside.ts'
import { watchMaker } from './iterator.ts'
import { isPlain, observe, observeModeOf } from './promise.ts'
import type { Watcher } from './watcher.ts'

type Choose = (points: readonly Point[], self: unknown, args: ArrayLike<unknown>, reads: boolean) => Point | undefined

export interface PortionParts {
  readonly pipeline: Pipeline
  readonly choose: Choose
  readonly begin: (point: Point, self: unknown, args: ArrayLike<unknown>) => Scope | undefined
  readonly watcherOf: (scope: Scope) => Watcher
}

/** A cursor that is read, and the call that all its portions are. */
interface Cursor {
  /** Undefined where the call is sampled out. */
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
const cursorOf = (watcher: Watcher | undefined, run: Cursor['run']): Cursor => {
  return { watcher, run, asked: 0, over: false, failure: undefined, ended: false }
}

/** A cursor that another function has begun; one who leaves a loop over it closes it. */
export function watchPortions(object: object, watcher: Watcher): void {
  const cursor = cursorOf(watcher, watcher.run ?? Reflect.apply)
  cursors.put(object, cursor)
  if (typeof dataOf(object, Symbol.asyncIterator) !== 'function') return
  const { observe, unreported } = watcher
  const end = () => {
    if (cursor.asked === 0 && !cursor.ended) finish(cursor, object)
  }
  watchMaker(object, Symbol.asyncIterator, { park() {}, look() {}, end, fail() {}, observe, unreported })
}

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
  const { closes = false, last } = points[0]?.ends?.portion ?? {}

  function enter(self: unknown, args: ArrayLike<unknown>): Cursor | undefined {
    if (typeof self !== 'object' || self === null) return undefined
    const known = cursors.of(self)
    const cursor = known?.ended === false ? known : closes ? undefined : open(self, args)
    if (cursor !== undefined && cursor.asked++ === 0) cursor.watcher?.look(false)
    return cursor
  }

  function open(self: object, args: ArrayLike<unknown>): Cursor | undefined {
    const point = choose(points, self, args, pipeline.reads)
    if (point === undefined || isInside(point, self, args)) return undefined
    const scope = begin(point, self, args)
    const watcher = scope && watcherOf(scope)
    watcher?.park()
    const cursor = cursorOf(watcher, watcher?.run ?? runInside(point, undefined))
    cursors.put(self, cursor)
    return cursor
  }

  function leave(cursor: Cursor, self: unknown, value: unknown): void {
    try {
      if (!closes) cursor.watcher?.chunk?.(value)
      if (closes || last?.({ self, args: [], result: value })) cursor.over = true
    } catch (error) {
      pipeline.fault(error)
    }
    settle(cursor, self)
  }

  function fail(cursor: Cursor, error: unknown): void {
    cursor.failure ??= { error }
    settle(cursor, undefined)
  }

  const follow = (cursor: Cursor, self: unknown, made: unknown): unknown => {
    if (isPromise(made) && isPlain(made))
      return observe(made, mode, cursor, (_, value) => leave(cursor, self, value), fail)
    leave(cursor, self, made)
    return made
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
        return follow(cursor, this, made)
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
          return follow(cursor, this, made)
        },
      }.shell
}

/** A portion may itself find that the cursor is to be closed: the last of what is asked for decides. */
function settle(cursor: Cursor, self: unknown): void {
  if (--cursor.asked > 0) return
  if (cursor.failure === undefined && !cursor.over) cursor.watcher?.park()
  else finish(cursor, self)
}

function finish(cursor: Cursor, self: unknown): void {
  const { watcher, failure } = cursor
  cursor.ended = true
  if (failure === undefined) watcher?.end(self)
  else watcher?.fail(failure.error)
}

import { isPromise } from 'node:util/types'
import type { Ended, Fn, Pipeline, Scope, Scopes } from '../call.ts'
import { isFresh } from '../fresh-promises.ts'
import type { Counts, Point, Raw } from '../model.ts'
import { watchFurther } from './ending/further.ts'
import { portions } from './ending/portions.ts'
import { isWhole, observe, observeModeOf } from './ending/promise.ts'
import { isStream } from './ending/stream.ts'
import { joining, passedOf, watch } from './ending/watch.ts'
import { createWatcherOf, type Overlap } from './ending/watcher-of.ts'
import { failureOf } from './failure.ts'
import { inside, isInside, isPart } from './inside.ts'
import { createNest, enclosing, enter, leave, tell } from './nesting.ts'
import { noting } from './note.ts'
import { capture } from './stack.ts'
import { waiting } from './waiting.ts'
import { backdate, beginWait, knownBy, withWait } from './waits.ts'

/** The hot path: everything that happens in a profiled call stands here, in order. */
export function createScopes(pipeline: Pipeline): Scopes {
  const { now, meter } = pipeline
  const { apply, construct } = Reflect
  const overlap: Overlap = { open: 0, begun: 0 }
  const watcherOf = createWatcherOf(pipeline, overlap, end)
  const portionParts = { pipeline, choose, begin, watcherOf }

  function wrap(points: readonly Point[], original: Fn, inner?: (self: unknown) => boolean): Fn {
    const { note, noteValue, wait, ends } = points[0] ?? {}
    const listens = note ?? noteValue
    if (listens !== undefined)
      return noting((call) => pipeline.reads && listens(call), points, original, note === undefined)
    if (wait !== undefined) return waiting(points, wait, original, { pipeline, begin, end, wrap })
    if (ends?.portion !== undefined) return portions(points, original, portionParts)
    const only = points.length === 1 && points[0]?.when === undefined ? points[0] : undefined
    const fresh = isFresh(original)

    // Two shells with one body, because only a function with a `prototype` may be called with `new`; and a body that
    // is not shared, because each frame of ours takes one of the application's out of its stack traces.
    if (Object.hasOwn(original, 'prototype')) {
      return function shell(this: unknown) {
        if (new.target) return construct(original, arguments, new.target === shell ? original : new.target)
        const point = only === undefined ? choose(points, this, arguments, pipeline.reads) : only.on ? only : undefined
        if (point === undefined || isInside(point, this, arguments) || inner?.(this))
          return apply(original, this, arguments)
        const { self, point: outer, scope: outerScope } = inside
        inside.self = this
        inside.point = point
        const scope = begin(point, this, arguments)
        inside.scope = scope
        const back = point.nests ? enter(scope?.nest) : undefined
        try {
          const passed = scope?.passed ?? arguments
          const result =
            scope?.span === undefined
              ? apply(original, this, passed)
              : scope.span.run(original, this, passed, scope.start)
          return scope === undefined ? result : follow(scope, result, fresh)
        } catch (error) {
          if (scope !== undefined) end(scope, undefined, true, error)
          throw error
        } finally {
          inside.self = self
          inside.point = outer
          inside.scope = outerScope
          if (point.nests) leave(back)
        }
      }
    }
    return {
      shell(this: unknown) {
        const point = only === undefined ? choose(points, this, arguments, pipeline.reads) : only.on ? only : undefined
        if (point === undefined || isInside(point, this, arguments) || inner?.(this))
          return apply(original, this, arguments)
        const { self, point: outer, scope: outerScope } = inside
        inside.self = this
        inside.point = point
        const scope = begin(point, this, arguments)
        inside.scope = scope
        const back = point.nests ? enter(scope?.nest) : undefined
        try {
          const passed = scope?.passed ?? arguments
          const result =
            scope?.span === undefined
              ? apply(original, this, passed)
              : scope.span.run(original, this, passed, scope.start)
          return scope === undefined ? result : follow(scope, result, fresh)
        } catch (error) {
          if (scope !== undefined) end(scope, undefined, true, error)
          throw error
        } finally {
          inside.self = self
          inside.point = outer
          inside.scope = outerScope
          if (point.nests) leave(back)
        }
      },
    }.shell
  }

  function begin(point: Point, self: unknown, args: ArrayLike<unknown>, from: Fn = begin): Scope | undefined {
    const { counts } = point
    const metered = (++counts.seen & 127) === 0
    const entered = metered ? meter.begin(point) : 0
    const sampled = pipeline.sample()
    const around = point.adds ? enclosing(point.name) : undefined
    if (!sampled && pipeline.observe === undefined && around === undefined && !point.hasParts && !point.opens) {
      counts.sampled_out++
      if (metered) meter.end(entered)
      return undefined
    }
    counts.open++
    const scope: Scope = {
      point,
      self,
      args,
      sampled,
      metered,
      passed: undefined,
      others: overlap.open++ - overlap.begun++,
      memory: undefined,
      stack: undefined,
      ended: false,
      metadata: undefined,
      failure: undefined,
      span: undefined,
      nest:
        point.nests && (pipeline.includeMetadata || point.hasParts) ? createNest(point.nestName ?? point.name) : around,
      context: undefined,
      start: 0,
      idleMs: 0,
      wait: undefined,
    }
    if (pipeline.prepares || point.ends?.before || point.known || point.waits) prepare(scope, from)
    if (metered) meter.end(entered)
    scope.start = now()
    if (inside.lent?.library === point.library) {
      backdate(scope, inside.lent.since)
      inside.lent = undefined
    }
    return scope
  }

  function prepare(scope: Scope, from: Fn): void {
    try {
      knownBy(scope.point, scope, scope.self, scope.args)
      if (scope.point.waits) beginWait(scope, now())
      if (scope.point.ends?.before) scope.passed = passedOf(scope, watcherOf(scope))
      if (pipeline.stackTrace) scope.stack = capture(from)
      if (pipeline.capture !== undefined && scope.sampled) scope.context = pipeline.capture()
      scope.span = pipeline.requests?.begin(scope.point.opens ? scope.sampled : undefined)
      if (pipeline.detailed) scope.memory = pipeline.measure?.begin()
    } catch (error) {
      pipeline.fault(error)
    }
  }

  function follow(scope: Scope, result: unknown, fresh: boolean): unknown {
    const { ends, observe: said } = scope.point
    // An object with a callback of its own may never call the one that was passed.
    if (scope.passed !== undefined && !ends?.catch && (!ends?.shaped || result !== scope.args[0])) return result
    try {
      if (result === null || typeof result !== 'object') {
        end(scope, result, false, undefined)
      } else if (isPromise(result) && (fresh || isWhole(result, ends?.shaped === true))) {
        return observe(result, observeModeOf(said, fresh), scope, settle, reject)
      } else if (result === scope.self || !watch(result, watcherOf(scope), ends, scope.args)) {
        end(scope, result, false, undefined)
      }
    } catch (error) {
      pipeline.fault(error)
      end(scope, undefined, false, undefined)
    }
    return result
  }

  function reject(scope: Scope, error: unknown, beside: boolean): void {
    end(scope, undefined, true, error)
    if (beside) scope.point.unreported?.()
  }

  function settle(scope: Scope, value: unknown): void {
    const { ends } = scope.point
    try {
      const shaped = ends?.valueShaped && typeof value === 'object' && value !== null
      if ((shaped || isStream(value)) && watch(value as object, watcherOf(scope), ends?.valueShaped ? ends : undefined))
        return
    } catch (error) {
      pipeline.fault(error)
    }
    end(scope, value, false, undefined)
  }

  function end(scope: Scope, result: unknown, thrown: boolean, reason: unknown): void {
    if (scope.ended) return
    scope.ended = true
    const { point } = scope
    const { counts } = point
    const at = now()
    const durationMs = at - scope.start - scope.idleMs
    if (scope.wait !== undefined) scope.metadata = withWait(scope, at, durationMs)
    overlap.open--
    counts.open--
    const returned = thrown || point.failed === undefined ? undefined : failureOf(scope, result)
    const failed = thrown || returned !== undefined
    const error = thrown ? reason : returned
    if (failed) counts.errors++
    try {
      if (!failed && point.ends?.further !== undefined) watchFurther(scope, result, point.ends.further, portionParts)
      const { observe } = pipeline
      const spent = scope.memory && pipeline.measure?.end(scope.memory)
      const slow = durationMs >= point.slow_call_ms
      const bulky = spent !== undefined && spent.memoryMb >= pipeline.memory_mb
      const due = slow || bulky || (failed && pipeline.errors)
      if (!due && observe === undefined && scope.span === undefined && scope.nest === undefined) {
        counts.under_threshold++
        if (scope.metered) meter.done(at)
        return
      }
      const concurrent = scope.others + overlap.begun - 1
      const { memoryMb, cpuMs } = spent ?? {}
      const ended = { durationMs, result, failed, error, slow, bulky, due, concurrent, memoryMb, cpuMs }
      scope.span?.end(durationMs, scope.over ?? at)
      observe?.(scope, ended)
      if (scope.metered) meter.done(at)
      const fate = fateOf(scope, ended)
      if (scope.nest !== undefined)
        tell(scope, result, fate === 'held' || fate === 'emitted' || (!scope.sampled && due))
      // Last, since a fault counts as dropped.
      counts[fate]++
    } catch (fault) {
      counts.dropped++
      pipeline.fault(fault)
    }
  }

  function fateOf(scope: Scope, ended: Ended): keyof Counts {
    if (!scope.sampled) return 'sampled_out'
    if (scope.span !== undefined && pipeline.requests?.buffer(scope, ended)) return 'held'
    if (!ended.due) return 'under_threshold'
    if (!pipeline.tryAcquire()) return 'limited'
    return pipeline.emit(scope, ended) ? 'emitted' : 'dropped'
  }

  function lose({ counts }: Point): void {
    counts.open--
    counts.unobserved++
    overlap.open--
  }

  return { wrap, begin, end, follow, joining: (scope, fail) => joining(watcherOf(scope), fail), lose }
}

function choose(points: readonly Point[], self: unknown, args: ArrayLike<unknown>, reads: boolean): Point | undefined {
  // Uncounted it would look as if it had not been called; the last is the one for all that the others don't accept.
  if (!reads || isPart(points[0]?.library)) return points.findLast((point) => point.on)
  const call: Raw = { self, args }
  const found = points.find((point) => point.when === undefined || point.when(call))
  return found?.on ? found : undefined
}

import type { Ended, Pipeline, Scope } from '../call.ts'
import type { Point } from '../model.ts'
import type { Watch } from '../process/meanwhile.ts'
import { enter, type Request } from './context.ts'
import { createRoot } from './span.ts'

export interface ServedParts {
  /** That of the requests themselves. */
  readonly point: Point
  readonly pipeline: Pick<Pipeline, 'observe' | 'errors' | 'includeMetadata'>
  readonly sample: () => boolean
  /** Keeps the record of a call until its request ends. */
  readonly buffer: (scope: Scope, ended: Ended) => boolean
  readonly now: () => number
  readonly watch: () => Watch
}

/** What is known of a request at its end. */
export interface Answer {
  readonly method: string | undefined
  /** The pattern, never the path. */
  readonly route: string | undefined
  /** Absent where no answer was begun. */
  readonly status: number | undefined
  /** Nobody waited for the end of the answer. */
  readonly aborted: boolean
  /** What the outputs need of the moment in which it was answered. */
  readonly context: unknown
}

/** Times incoming requests themselves, each as the call around all that are profiled in it. */
export function createServed({ point, pipeline, sample, buffer, now, watch }: ServedParts) {
  let open = 0
  let begun = 0

  return {
    /** Enters the context of the request; undefined where nothing is to be told of it. */
    begin(request: Request, callerId: string | undefined): Scope | undefined {
      enter(request)
      if (!point.on) return undefined
      const { counts } = point
      counts.seen++
      request.sampled = request.forced || sample()
      if (!request.sampled && pipeline.observe === undefined) {
        counts.sampled_out++
        return undefined
      }
      counts.open++
      const root = createRoot(request, callerId, now, watch)
      enter(root)
      return scopeOf(point, request.sampled, root, open++ - begun++, request.begunAt)
    },

    end(request: Request, scope: Scope, { method, route, status, aborted, context }: Answer): void {
      const { counts } = point
      const at = now()
      const durationMs = at - scope.start
      const failed = status !== undefined && status >= 500
      const slow = durationMs >= point.slow_call_ms
      const concurrent = scope.others + begun - 1
      scope.ended = true
      open--
      counts.open--
      if (failed) counts.errors++
      request.status = status
      scope.context = context
      if (pipeline.includeMetadata)
        scope.metadata = {
          ...(method !== undefined && { method }),
          ...(route !== undefined && { route }),
          ...(aborted && { aborted }),
        }
      const ended: Ended = {
        ...{ durationMs, result: undefined, failed, slow, bulky: false, concurrent },
        error: failed ? new ServerError() : undefined,
        due: slow || (failed && pipeline.errors),
        ...{ memoryMb: undefined, cpuMs: undefined },
      }
      scope.span?.end(durationMs, at)
      pipeline.observe?.(scope, ended)
      if (!scope.sampled) counts.sampled_out++
      else if (buffer(scope, ended)) counts.held++
    },
  }
}

/** Stands for a status of 500 or more: its name is the record's `error`. A key, since names of classes are shortened. */
const { ServerError } = { ServerError: class {} }

function scopeOf(point: Point, sampled: boolean, span: Scope['span'], others: number, start: number): Scope {
  return {
    ...{ point, sampled, span, others, start },
    ...{ self: undefined, args: [], metered: false, passed: undefined, ended: false, idleMs: 0 },
    ...{ memory: undefined, stack: undefined, metadata: undefined, failure: undefined },
    ...{ nest: undefined, context: undefined, wait: undefined },
  }
}

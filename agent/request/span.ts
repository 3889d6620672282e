import type { Fn } from '../call.ts'
import type { Timing } from '../model.ts'
import type { Watch } from '../process/meanwhile.ts'
import { timingOf } from './call-timing.ts'
import { createRequest, enter, type LiveSpan, type Request, type Store, store, underWay } from './context.ts'
import { newSpanId, newTraceId } from './ids.ts'
import { createIntervals, type Intervals } from './intervals.ts'

const { nodeTiming } = performance
const { apply } = Reflect
let begun = 0

/**
 * A call in the tree of calls, and the parts of its time.
 *
 * `selfMs` is the duration less the union of the times in which calls nested in it were under way; one that is still
 * pending at the end of this one is not known yet and takes nothing away.
 *
 * `blocked_ms` is the time in which the event loop was not idle (did not wait for events: what
 * `performance.nodeTiming.idleTime` leaves out, see process/idle-clock.ts) between the return of the call's own synchronous part and its end. It
 * is what the process computed while the call was pending: other requests, garbage collection, and what the call
 * itself did with its answer. The synchronous begin is left out, because that is the call's own work. `watch` measures what
 * else the process did meanwhile.
 */
export function createSpan(outer: Store | undefined, now: () => number, watch?: () => Watch): LiveSpan {
  const parent = underWay(outer?.span)
  return makeSpan(outer?.request, parent, parent ?? outer?.request, now, watch)
}

/** The call that a request is itself; `parentId` is the span that its caller named. */
export function createRoot(
  request: Request,
  parentId: string | undefined,
  now: () => number,
  watch: (() => Watch) | undefined,
): LiveSpan {
  const root = makeSpan(request, undefined, { traceId: request.traceId, spanId: parentId }, now, watch)
  request.spanId = root.spanId
  request.root = root
  return root
}

/** A request that begins by itself, a test or a job, with the call that it is itself. */
export function beginOwn(
  kind: 'test' | 'job',
  forced: boolean,
  now: () => number,
  watch: () => Watch,
): { readonly request: Request; readonly root: LiveSpan } {
  const request = createRequest({
    kind,
    traceId: newTraceId(),
    spanId: '',
    begunAt: now(),
    requestId: undefined,
    labels: undefined,
    forced,
  })
  return { request, root: createRoot(request, undefined, now, watch) }
}

function makeSpan(
  request: Request | undefined,
  parent: LiveSpan | undefined,
  above: { readonly traceId: string; readonly spanId: string | undefined } | undefined,
  now: () => number,
  watch: (() => Watch) | undefined,
): LiveSpan {
  /** Since when nested calls count; the first of them begins in `run`. */
  let from = Number.NEGATIVE_INFINITY
  const meanwhile = watch?.()
  const idleNow = meanwhile?.idle ?? loopIdle
  let idle = idleNow()
  let synchronous = 0
  let inner: Intervals | undefined
  let hasRun = false
  // Where somebody waits only now and then, the begin of the last such time, and the loop's idle time before it.
  let since: number | undefined
  let idleBefore = 0

  // No getters: to make an object with some takes longer than all else here.
  const span: LiveSpan = {
    request,
    span: undefined,
    order: begun++,
    parent,
    ended: false,
    traceId: above?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    parentId: above?.spanId,
    requestId: request?.requestId,
    labels: request?.labels,
    selfMs: 0,
    timing: none,
    network: undefined,
    run(original: Fn, self: unknown, args: ArrayLike<unknown>, entered = now()) {
      const back = store()
      enter(span)
      try {
        return apply(original, self, args)
      } finally {
        synchronous += now() - entered
        if (!hasRun) meanwhile?.returned()
        hasRun = true
        enter(back)
      }
    },
    restart() {
      from = now()
      idle = idleNow()
      synchronous = 0
      idleBefore = 0
      since = undefined
      inner = undefined
      span.network = undefined
      hasRun = false
      meanwhile?.restart()
    },
    pause(start) {
      idleBefore += idleNow() - idle
      meanwhile?.pause()
      parent?.nested(since ?? start, now())
    },
    resume() {
      idle = idleNow()
      meanwhile?.resume()
      since = now()
    },
    earlier(ms) {
      from -= ms
      idleBefore += ms
    },
    nested(begin, end) {
      if (span.ended) return
      inner ??= createIntervals()
      inner.add(begin, end)
    },
    end(durationMs, to = now()) {
      const blocked = Math.max(0, durationMs - (idleBefore + idleNow() - idle) - synchronous)
      span.ended = true
      span.selfMs = inner === undefined ? durationMs : Math.max(0, durationMs - inner.since(from))
      const { network } = span
      const blocked_ms = Math.round(blocked * 100) / 100
      // No spread: that takes microseconds on Node 20.
      const timing: Timing = meanwhile ? { blocked_ms, stall_ms: 0, gc_ms: 0, starved_ms: 0 } : { blocked_ms }
      meanwhile?.end(timing, blocked, synchronous)
      if (network !== undefined) Object.assign(timing, timingOf(network, to))
      span.timing = timing
      parent?.nested(since ?? to - durationMs, to)
    },
  }
  span.span = span
  return span
}

const loopIdle = () => nodeTiming.idleTime
const none = { blocked_ms: 0 }

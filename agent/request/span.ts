import type { Fn } from '../scope/scope.ts'
import { timingOf } from './call-network.ts'
import { enter, type LiveSpan, type Place, place, underWay } from './context.ts'
import { type Cover, createCover } from './cover.ts'
import { newSpanId, newTraceId } from './ids.ts'

const { nodeTiming } = performance
const { apply } = Reflect
let begun = 0

/**
 * A call's place in the tree, and where its time went.
 *
 * `selfMs` is the duration less the union of the times in which calls nested in it were under way; one that is still
 * pending at the end of this one is not known yet and takes nothing away.
 *
 * `blocked_ms` is the time in which the event loop was not idle (did not wait for events: what
 * `performance.nodeTiming.idleTime` leaves out) between the return of the call's own synchronous part and its end. It
 * is what the process computed while the call was pending: other requests, garbage collection, and what the call
 * itself did with its answer. The synchronous begin is left out, because that is the call's own work.
 */
export function createSpan(outer: Place | undefined, now: () => number): LiveSpan {
  const parent = underWay(outer?.span)
  const above = parent ?? outer?.request
  const order = begun++
  let from = now()
  let idle = nodeTiming.idleTime
  let synchronous = 0
  let inner: Cover | undefined
  let ended = false
  let selfMs = 0
  let endedAt = 0
  let blocked = 0

  const span: LiveSpan = {
    request: outer?.request,
    get span() {
      return span
    },
    order,
    parent,
    get ended() {
      return ended
    },
    traceId: above?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    parentId: above?.spanId,
    requestId: outer?.request?.requestId,
    run(original: Fn, self: unknown, args: ArrayLike<unknown>) {
      const back = place()
      enter(span)
      const entered = now()
      try {
        return apply(original, self, args)
      } finally {
        synchronous += now() - entered
        enter(back)
      }
    },
    restart() {
      from = now()
      idle = nodeTiming.idleTime
      synchronous = 0
      inner = undefined
      span.network = undefined
    },
    nested(begin, end) {
      if (ended) return
      inner ??= createCover()
      inner.add(begin, end)
    },
    end(durationMs) {
      const to = now()
      ended = true
      endedAt = to
      selfMs = inner === undefined ? durationMs : Math.max(0, durationMs - inner.since(from))
      blocked = Math.max(0, durationMs - (nodeTiming.idleTime - idle) - synchronous)
      parent?.nested(to - durationMs, to)
    },
    get selfMs() {
      return selfMs
    },
    get timing() {
      const { network } = span
      return { blocked_ms: Math.round(blocked * 100) / 100, ...(network && timingOf(network, endedAt)) }
    },
  }
  return span
}

import type { Ended, Scope } from '../call.ts'
import type { Counts, ProfileRecord, WarnOnce } from '../model.ts'
import type { Fate } from '../test-root.ts'
import { isLongOver, type LiveSpan, outside, type Request } from './context.ts'

export const mostOfRequest = 256
export const mostOfAll = 65_536

export interface BufferedParts {
  /** The limiter: all of a request's records, or none. */
  readonly tryAcquire: (count: number) => boolean
  readonly record: (scope: Scope, ended: Ended) => ProfileRecord
  readonly write: (record: ProfileRecord, context: unknown) => boolean
  readonly now: () => number
  /** Told when a request has been decided. */
  readonly decided: (request: Request) => void
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** Keeps the records of each request until it ends, and decides them as a whole. */
export function createBuffered({ tryAcquire, record, write, now, decided, warnOnce, fault }: BufferedParts) {
  let waiting = 0
  let told = false

  /** A record of a request; without `sample_rate` in a forced one, which the sampler did not decide. */
  const recordOf = (request: Request, scope: Scope, ended: Ended) => {
    const made = record(scope, ended)
    if (request.forced) delete made.sample_rate
    if (scope.span !== request.root) return made
    const { kind, calls, status } = request
    return { ...made, ...(status !== undefined && { status }), kind, calls }
  }
  const emit = (made: ProfileRecord, context: unknown): Fate => {
    try {
      // The outputs' own HTTP requests and log lines do not belong to the request.
      return outside(() => write(made, context)) ? 'emitted' : 'dropped'
    } catch (error) {
      fault(error)
      return 'dropped'
    }
  }

  /** True when the record is taken: the hot path then adds 1 to `held`, also where it was decided at once. */
  function buffer(scope: Scope, ended: Ended): boolean {
    const { request } = scope.span as LiveSpan
    if (request === undefined) return false
    const { counts } = scope.point
    const isRoot = scope.span === request.root
    if (request.take === undefined) {
      if (!isRoot) request.calls++
    } else {
      // That of scope/rehearsal.ts never was; after the test's end it is the application's, as any outside of a request.
      if (scope.point.name === '' || request.ended !== undefined) return false
      const { take } = request
      request.calls++
      const made = recordOf(request, scope, ended)
      settleCount(
        counts,
        outside(() => take(made, ended, scope.context)),
      )
      return true
    }
    // A job may be a consumer that never ends: it does not keep what it has for ever.
    if (request.kind === 'job' && (isFull(request) || isLongOver(request, now()))) decide(request)
    if (request.ended !== undefined) return isRoot ? lastOfJob(request, scope, ended) : late(request, scope, ended)
    if (ended.due) request.passed = true
    if (isRoot) {
      hold(request, scope, ended)
      decide(request)
      return true
    }
    if (isFull(request)) {
      settleCount(counts, 'dropped')
      if (!told)
        warnOnce(
          'held',
          request.buffered.length >= mostOfRequest
            ? `a request had more than ${mostOfRequest} records; further ones are dropped and counted. Raise thresholds, or name fewer targets`
            : `${mostOfAll} records wait for the end of their requests; further ones are dropped and counted. Lower sample_rate`,
        )
      told = true
      return true
    }
    hold(request, scope, ended)
    return true
  }
  const isFull = (request: Request) => request.buffered.length >= mostOfRequest || waiting >= mostOfAll
  const hold = (request: Request, scope: Scope, ended: Ended) => {
    const { order } = scope.span as LiveSpan
    const { counts } = scope.point
    request.buffered.push({ record: recordOf(request, scope, ended), counts, order, context: scope.context })
    waiting++
  }

  /** A call that ended after its request: emitted if that was; false if it is to be decided by itself. */
  function late(request: Request, scope: Scope, ended: Ended): boolean {
    if (!request.ended?.emitted || isLongOver(request, now())) return false
    const fate = request.forced || tryAcquire(1) ? emit(recordOf(request, scope, ended), scope.context) : 'limited'
    settleCount(scope.point.counts, fate)
    return true
  }

  /** The end of a job that was decided before: it has kept too much, or lasted too long. */
  function lastOfJob(request: Request, scope: Scope, ended: Ended): boolean {
    const isWanted = ended.due || (request.ended?.emitted === true && !isLongOver(request, now()))
    const fate = !isWanted
      ? 'under_threshold'
      : tryAcquire(1)
        ? emit(recordOf(request, scope, ended), scope.context)
        : 'limited'
    settleCount(scope.point.counts, fate)
    return true
  }

  /** The end of a request. */
  function decide(request: Request): void {
    if (request.ended !== undefined) return
    const { buffered, forced } = request
    request.buffered = []
    waiting -= buffered.length
    const wanted = forced || request.passed
    const admitted = wanted && (forced || buffered.length === 0 || tryAcquire(buffered.length))
    request.ended = { at: now(), emitted: admitted }
    decided(request)
    buffered.sort((one, other) => one.order - other.order)
    for (const { record, counts, context } of buffered)
      settleCount(counts, admitted ? emit(record, context) : wanted ? 'limited' : 'under_threshold')
  }

  return { buffer, decide }
}

function settleCount(counts: Counts, fate: Fate): void {
  counts.held--
  counts[fate]++
}

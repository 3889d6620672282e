import type { Pipeline, Requests } from '../call.ts'
import type { LabelSet, Point } from '../model.ts'
import { openMeanwhile } from '../process/open.ts'
import type { TestRoots } from '../test-root.ts'
import { type BufferedParts, createBuffered } from './buffered.ts'
import { current, disableContext, enableContext, isLongOver, type LiveSpan, store } from './context.ts'
import { createForced } from './forced.ts'
import { followIncoming } from './incoming.ts'
import { createJobs } from './jobs.ts'
import { createKept, type Kept } from './kept.ts'
import { createLabels } from './labels.ts'
import type { TellRoute } from './routes/route-patches.ts'
import { createServed } from './served.ts'
import { createSpan } from './span.ts'
import { createTestRoots } from './tests.ts'

/** Labels are of requests first: they are in this chunk. */
export const openLabels = createLabels

const sweepMs = 1000
// The application's tests may put fakes in their place.
const { setInterval, clearInterval } = globalThis

export interface RequestParts extends Omit<BufferedParts, 'decided'> {
  readonly options: { readonly id_header: string; readonly profile_header: string; readonly profile_secret: string }
  /** True where tests are the requests: incoming ones are then none, since calls in them are the test's. */
  readonly tests?: boolean
  /** The decision for one request, or for one call outside of any. */
  readonly sample: () => boolean
  /** That of the requests themselves. */
  readonly point: Point
  /** Of an incoming request, by what has its headers. */
  readonly labelsOf: (from: object) => LabelSet | undefined
  readonly pipeline: Pick<Pipeline, 'observe' | 'errors' | 'includeMetadata' | 'capture'>
}

/** The fields of log lines in a request. */
export interface LogFields {
  readonly trace_id: string
  readonly span_id: string
  readonly request_id: string | undefined
}

export interface OpenRequests extends Requests {
  /** Decides for a call that begins here; true to look at it. */
  readonly sample: () => boolean
  /** The innermost profiled call around the running code. */
  readonly current: () => LiveSpan | undefined
  readonly kept: Kept
  readonly tellRoute: TellRoute
  readonly tests: TestRoots
  /** The ids of the moment; undefined outside of a request. */
  readonly logFields: () => LogFields | undefined
  /** At exit: decides the records of requests under way. */
  flush(): void
  /** After a reload that leaves them on: requests under way go on, and end by their new point. */
  renew(point: Point): void
  /** When a reload has no more use of it: buffered records are decided at once. */
  close(): void
}

/** Knows for each call the request that it belongs to, from Node's own HTTP diagnostics channels. */
export function createRequests({
  options,
  tests: isForTests = false,
  sample,
  point,
  labelsOf,
  pipeline,
  ...parts
}: RequestParts): OpenRequests {
  const { now, warnOnce, fault } = parts
  enableContext()
  const { measure, watch } = openMeanwhile()
  const stopMeasuring = measure()
  const isSecret = createForced(options.profile_secret)
  const profileHeader = options.profile_header.toLowerCase()
  const { buffer, decide } = createBuffered({ ...parts, decided: (request) => jobs.decided(request) })
  const jobs = createJobs({ now, watch, decide, warnOnce })
  const served = createServed({ point, pipeline, sample, buffer, now, watch })
  const incoming = isForTests
    ? none
    : followIncoming({
        idHeader: options.id_header,
        isForced: (headers) => isSecret(headers[profileHeader]),
        labelsOf,
        begin: served.begin,
        end(request, scope, answer) {
          if (scope !== undefined) served.end(request, scope, answer)
          decide(request)
        },
        capture: () => pipeline.capture?.(),
        now,
        warnOnce,
        fault,
      })
  const tests = createTestRoots(now, watch)
  /** Where a call that begins here belongs. */
  const place = () => {
    const here = store()
    const isTest = here?.request?.take !== undefined && here.request.ended === undefined
    return isForTests && !isTest && here?.span?.ended !== false ? tests.lone() : here
  }
  const timer = setInterval(() => {
    try {
      incoming.sweep()
      jobs.sweep()
    } catch (error) {
      fault(error)
    }
  }, sweepMs).unref()
  const flush = () => {
    incoming.flush()
    jobs.flush()
  }

  return {
    sample() {
      const request = place()?.request
      if (request === undefined || isLongOver(request, now())) return sample()
      request.sampled ??= request.forced || sample()
      return request.sampled
    },
    begin: (job) => (job === undefined || isForTests ? createSpan(place(), now, watch) : jobs.begin(job)),
    buffer,
    current,
    kept: createKept(),
    tests: tests.roots,
    tellRoute: incoming.tellRoute,
    logFields() {
      const request = store()?.request
      if (request === undefined) return undefined
      const { traceId, requestId } = request
      return { trace_id: traceId, span_id: (current() ?? request).spanId, request_id: requestId }
    },
    flush,
    renew: (next) => void Object.assign(point, next),
    close() {
      clearInterval(timer)
      incoming.close()
      jobs.flush()
      stopMeasuring()
      disableContext()
    },
  }
}

/** Follows nothing. */
const none: ReturnType<typeof followIncoming> = { tellRoute() {}, sweep() {}, flush() {}, close() {} }

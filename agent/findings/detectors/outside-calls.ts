import { ms, percent } from '../../format.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'

/** Within 100 ms an answer seems immediate: below, there is nothing to gain. */
const leastMs = 100
/** More than all calls together. */
const leastShare = 0.5

/** Time of requests outside of all profiled calls, without what the process's stalls take. */
export function createOutsideCalls(): Detector {
  const causes = createCauses(() => undefined)

  return {
    look(request) {
      // Where records are missing, it may be the time of their calls.
      if (!request.isWhole || request.ownLeftMs < leastMs) return
      const cause = causes.of(
        { name: request.root?.record.name ?? 'request', library: request.root?.record.library ?? 'application' },
        request.root?.scope,
      )
      causes.add(cause, request, request.ownLeftMs, request.root)
      request.ownLeftMs = 0
    },
    findings: (whole) =>
      causes.all().map((cause) => ({
        ...({ kind: 'outside_calls', confidence: 'heuristic', cause, isTimed: true, leastShare } as const),
        title: 'Most of the time of requests passes outside of all profiled calls.',
        evidence: [
          `${ms(cause.ms / Math.max(1, cause.requests))} of each of ${percent(cause.requests / Math.max(1, whole.requests))} of the requests, with the event loop free: it waited for a timer, a lock, or a service that is not profiled`,
        ],
        advice:
          "Put `profile('name', …)` of `@crossbridge/agent/api` around the steps of the request, or name its other clients " +
          'under `targets` and `instrumentations`, so that the time has a name.',
      })),
  }
}

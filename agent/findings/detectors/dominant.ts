import { count, ms, percent } from '../../format.ts'
import type { ScopeTotals } from '../scopes.ts'
import { type Cause, createCauses } from './causes.ts'
import type { Detector, Draft, Whole } from './detector.ts'
import { createDurations, type Durations } from './durations.ts'
import { bump } from './evidence.ts'
import { expectedMs, netMs, usualMs } from './usual.ts'

/** More than all else together. */
const leastShare = 0.5
/** One collection or model is named where it has nearly all of it. */
const leastNamed = 0.8

interface Tally {
  /** What each call takes beyond what its answer explains. */
  readonly times: Durations
  usualMs: number
  firstByteMs: number
  takenMs: number
  readonly collections: Map<string, number>
  readonly models: Map<string, number>
}

/** One operation that has most of the time of requests, and is slower than such an operation usually is. */
export function createDominant(): Detector {
  const causes = createCauses<Tally>(() => ({
    ...{ times: createDurations(), usualMs: 0, firstByteMs: 0, takenMs: 0 },
    ...{ collections: new Map(), models: new Map() },
  }))

  return {
    look(request) {
      for (const call of request.calls) {
        if (call.leftMs <= 0) continue
        const cause = causes.ofCall(call, false)
        causes.add(cause, request, call.leftMs, call)
        if (cause === undefined) continue
        const { tally } = cause
        tally.times.add(Math.max(0, netMs(call) - expectedMs(call)), request.weight)
        tally.usualMs = usualMs(call)
        tally.firstByteMs += (call.record.timing?.first_byte_ms ?? 0) * request.weight
        // Of parallel calls the others took their time, too, though it was not waited for.
        const takenMs = netMs(call) * request.weight
        tally.takenMs += takenMs
        const { collection, model } = call.record.metadata ?? {}
        if (typeof collection === 'string') bump(tally.collections, collection, takenMs, 200)
        if (typeof model === 'string') bump(tally.models, model, takenMs, 200)
      }
    },
    findings: (whole, passed) => causes.all().flatMap((cause) => draftOf(cause, whole, passed)),
  }
}

function draftOf(cause: Cause & { tally: Tally }, whole: Whole, passed: readonly Draft[]): Draft[] {
  const { scope, tally, calls } = cause
  const own = tally.times.median()
  if (scope === undefined || own < tally.usualMs || cause.ms < whole.totalMs * leastShare) return []
  // A finding that says why it is slow says it better.
  if (saidOf(scope, passed) > cause.ms / 2) return []
  const collection = nameIn(tally.collections, tally.takenMs)
  const model = nameIn(tally.models, tally.takenMs)
  const subject = {
    ...cause.subject,
    ...(collection !== undefined && { collection }),
    ...(model !== undefined && { model }),
  }
  const named = collection ?? model
  return [
    {
      ...{ kind: 'dominant_operation', confidence: 'direct', cause: { ...cause, subject }, isTimed: true, leastShare },
      title: `${subject.name} of ${subject.library}${named === undefined ? '' : ` (${named})`} takes most of the time of requests.`,
      evidence: [
        `${count(calls / Math.max(1, cause.requests))} of these calls in each of ${percent(cause.requests / Math.max(1, whole.requests))} of the requests, ${ms(cause.ms / calls)} each`,
        tally.firstByteMs > cause.ms / 2 &&
          `${ms(tally.firstByteMs / calls)} of that is the time to first byte: the service’s own`,
      ],
      advice: adviceOf(scope.verb),
    },
  ]
}

const saidOf = (scope: ScopeTotals, passed: readonly Draft[]) =>
  passed.reduce(
    (sum, { kind, cause, ms }) => sum + (kind === 'slow_sibling' && cause.scope === scope ? (ms ?? 0) : 0),
    0,
  )

function nameIn(sums: ReadonlyMap<string, number>, all: number): string | undefined {
  return [...sums].find(([, ms]) => ms >= all * leastNamed)?.[0]
}

function adviceOf(verb: string): string {
  if (verb === 'generate')
    return 'Stream the answer, so that it is read while it is written; shorten the prompt and `max_tokens`, or take a faster model for this step.'
  if (verb === 'embed')
    return 'Take a faster embedding model or one that is nearer, and keep the vectors of questions that come again.'
  if (verb === 'rerank')
    return 'Rerank fewer candidates, take a smaller reranker, or leave it out where the order of the search does.'
  if (verb === 'search' || verb === 'retrieve')
    return 'Look at the store: is the index built and in memory, does the filter have an index, how many candidates does it look at? It may be far away, too.'
  return 'Look at what it does for so long: its plan, its index, its distance; and whether each request needs it.'
}

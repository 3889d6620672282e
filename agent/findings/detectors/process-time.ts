import { ms, percent } from '../../format.ts'
import { hotIn } from '../hot.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { type Cause, createCauses } from './causes.ts'
import type { Detector, Draft, Whole } from './detector.ts'
import { bump, mostOf } from './evidence.ts'
import { phaseOnPath, type RequestTime, take, takeOwn } from './request.ts'

/** A task of more than 50 ms is what browsers call a long one: an answer in 100 ms has room for one other. */
const leastStallMs = 50
/** Of files without `stall_ms`: less than this share of a call may be many short turns, as in any busy process. */
const leastBlockedShare = 0.8
/** A collector or neighbours that take less than a tenth of the time are no reason to change anything. */
const leastShare = 0.1
/** Busy neighbours cost a process that mostly waits a third of its time; where it is near half, nothing else is worth a look before. */
const leastStarvedShare = 0.4
const parts = ['starved_ms', 'gc_ms', 'stall_ms'] as const
type Part = (typeof parts)[number]

/** One burst at the start, while nothing is compiled yet, stalls many requests at once: it takes stalls at so many times. */
const leastTimes = 5
const timeMs = 250

interface Tally {
  readonly functions: Map<string, number>
  readonly natives: Map<string, number>
  readonly times: Set<number>
  guessed: number
}

/** What the process itself did while requests waited: no processor, garbage collection, code that holds the loop. */
export function createProcessTime(): Detector {
  const causes = createCauses<Tally>(() => ({ functions: new Map(), natives: new Map(), times: new Set(), guessed: 0 }))
  const causeOf = (part: Part) => causes.of({ name: 'process', library: 'node' }, undefined, part)

  return {
    // It is taken from the calls in any case: time that the process had is no other's.
    look(request) {
      const taken = { starved_ms: 0, gc_ms: 0, stall_ms: 0 }
      for (const part of parts) taken[part] = takePart(request, part)
      if (taken.starved_ms > 0) causes.add(causeOf('starved_ms'), request, taken.starved_ms)
      if (taken.gc_ms > 0) causes.add(causeOf('gc_ms'), request, taken.gc_ms)
      if (taken.stall_ms < leastStallMs) return
      const stalls = causeOf('stall_ms')
      causes.add(stalls, request, taken.stall_ms)
      if (stalls === undefined) return
      if (stalls.tally.times.size < leastTimes) stalls.tally.times.add(Math.floor((request.tree.from * 1000) / timeMs))
      if (isGuess(request)) stalls.tally.guessed += request.weight
      const seen = request.root === undefined ? request.calls : [request.root, ...request.calls]
      for (const { record } of seen)
        for (const { function: name, at, share } of hotIn(record).hot?.frames ?? []) {
          // What Node itself ran, some function of the application has called: that is to be named.
          const sums = /^(?:\(native\)|node:)/.test(at) ? stalls.tally.natives : stalls.tally.functions
          bump(sums, `${name} ${at}`.trim(), share * record.duration_ms)
        }
    },
    findings(whole) {
      causes.all()
      const [starved, collected, stalled] = parts.map((part) => causeOf(part))
      if (starved === undefined || collected === undefined || stalled === undefined) return []
      const isOften = stalled.tally.times.size >= leastTimes
      return [
        starvedDraft(starved, whole),
        collectedDraft(collected, whole),
        ...(isOften ? [stallDraft(stalled, whole)] : []),
      ]
    },
  }
}

/** Takes what each call itself, without those nested in it, lost to it on the path; gives the sum. */
function takePart(request: RequestTime, part: Part): number {
  const { root, calls } = request
  let sum = 0
  for (const call of calls) {
    const all = partOf(call, part)
    if (all === 0) continue
    const own = all - sumOf(call.children, part)
    if (own <= 0) continue
    const taken = take(call, phaseOnPath(call, own))
    call.heldMs += taken
    sum += taken
  }
  const all = root === undefined ? 0 : partOf(root, part)
  if (all === 0) return sum
  return (
    sum +
    takeOwn(
      request,
      all -
        sumOf(
          calls.filter(({ depth, parent }) => depth === 0 || parent === root),
          part,
        ),
    )
  )
}

function sumOf(calls: readonly Call[], part: Part): number {
  let sum = 0
  for (const call of calls) sum += partOf(call, part)
  return sum
}

function partOf({ record: { timing, duration_ms } }: Call, part: Part): number {
  if (timing === undefined) return 0
  const value = Math.min(duration_ms, numberIn(timing, part))
  if (part !== 'stall_ms') return value
  // A long pause of the collector holds the loop too; it is counted as what it is.
  if (timing.stall_ms !== undefined) return Math.max(0, value - numberIn(timing, 'gc_ms'))
  const blocked = Math.min(duration_ms, numberIn(timing, 'blocked_ms'))
  return blocked >= leastStallMs && blocked >= duration_ms * leastBlockedShare ? blocked : 0
}

const isGuess = ({ calls, root }: RequestTime) =>
  (root ?? calls[0])?.record.timing !== undefined && (root ?? calls[0])?.record.timing?.stall_ms === undefined

function starvedDraft(cause: Cause, whole: Whole): Draft {
  return {
    ...{ kind: 'starved', confidence: 'direct', cause, isTimed: true, leastShare: leastStarvedShare },
    title: 'The process wants to run and has no processor: others have it, or its quota is used up.',
    evidence: [
      `${ms(cause.ms / cause.requests)} of each of ${ofRequests(cause, whole)} passed ready to run, waiting for a processor`,
    ],
    advice:
      'Give it more processor: raise the container’s CPU limit, take noisy neighbours off the machine, or run more ' +
      'instances. Nothing in the code is the cause of this part.',
  }
}

function collectedDraft(cause: Cause, whole: Whole): Draft {
  return {
    ...{ kind: 'garbage_collection', confidence: 'direct', cause, isTimed: true, leastShare },
    title: 'Requests wait for garbage collection.',
    evidence: [`${ms(cause.ms / cause.requests)} of each of ${ofRequests(cause, whole)} passed in it`],
    advice:
      'Find what allocates so much: large JSON, copies of vectors, caches without a bound. Keep vectors in Float32Array, ' +
      'stream instead of collecting, and raise --max-semi-space-size where objects die young.',
  }
}

function stallDraft(cause: Cause & { tally: Tally }, whole: Whole): Draft {
  const { functions, natives, guessed } = cause.tally
  const known = functions.size > 0 ? functions : natives
  const hottest = mostOf(known)
  return {
    ...{ kind: 'own_code', confidence: guessed > 0 ? 'heuristic' : 'direct', cause, isTimed: true },
    title: 'The event loop is stalled by code of the application’s own process.',
    evidence: [
      `${ofRequests(cause, whole)} waited ${ms(cause.ms / cause.requests)} on average for turns that computed without a pause`,
      hottest !== '' && `most samples are in ${mostOf(known, 3)}`,
    ],
    advice:
      hottest === ''
        ? `Find what computes for long (large JSON, hashing, sorting, synchronous files; \`node --cpu-prof\` shows it). ${remedy}`
        : remedy,
    ...(hottest !== '' && { function: hottest }),
  }
}

const remedy = 'Move it to a worker thread, cut it into pieces, or compute it once.'

const ofRequests = ({ requests }: Cause, whole: Whole) =>
  `${percent(requests / Math.max(1, whole.requests))} of the requests`

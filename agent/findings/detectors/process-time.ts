import { hotIn } from '../hot.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { bump } from './evidence.ts'
import { createLateness } from './lateness.ts'
import { collectedDraft, stallDraft, starvedDraft, type Tally } from './process-drafts.ts'
import { phaseOnPath, type RequestTime, take, takeOwn } from './request.ts'

/** What the agent calls a stall: one turn that computes so long. Whether it is much, the share says: a request may be short. */
const leastStallMs = 20
/**
 * What each of the requests under way may have of one turn: a process that is half busy with a hundred requests a second
 * needs so much for each, and a burst of them is one turn of many pieces.
 */
const usualTurnMs = 5
/** A task of more than 50 ms is what browsers call a long one: of a file without `stall_ms`, less may be many short turns. */
const leastBlockedMs = 50
/** Of files without `stall_ms`: less than this share of a call may be many short turns, as in any busy process. */
const leastBlockedShare = 0.8
const parts = ['starved_ms', 'gc_ms', 'stall_ms'] as const
type Part = (typeof parts)[number]

/** One burst at the start, while nothing is compiled yet, stalls many requests at once: it takes stalls at so many times. */
const leastTimes = 5
const timeMs = 250

/** What the process itself did while requests waited: no processor, garbage collection, code that holds the loop. */
export function createProcessTime(): Detector {
  const causes = createCauses<Tally>(() => ({ functions: new Map(), natives: new Map(), times: new Set(), guessed: 0 }))
  const lateness = createLateness()
  const causeOf = (part: Part) => causes.of({ name: 'process', library: 'node' }, undefined, part)

  return {
    // It is taken from the calls in any case: time that the process had is no other's.
    look(request) {
      const taken = { starved_ms: 0, gc_ms: 0, stall_ms: 0 }
      for (const part of parts) taken[part] = takePart(request, part)
      for (const call of request.calls) lateness.add(call, call.starvedMs, request.weight)
      if (taken.starved_ms > 0) causes.add(causeOf('starved_ms'), request, taken.starved_ms)
      if (taken.gc_ms > 0) causes.add(causeOf('gc_ms'), request, taken.gc_ms)
      if (taken.stall_ms < Math.max(leastStallMs, usualTurnMs * (1 + (request.root?.record.concurrent ?? 0)))) return
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
        starvedDraft(starved, Math.max(0, starved.ms - lateness.harmlessMs()), whole),
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
    if (part === 'starved_ms') call.starvedMs = taken
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
  return blocked >= leastBlockedMs && blocked >= duration_ms * leastBlockedShare ? blocked : 0
}

const isGuess = ({ calls, root }: RequestTime) =>
  (root ?? calls[0])?.record.timing !== undefined && (root ?? calls[0])?.record.timing?.stall_ms === undefined

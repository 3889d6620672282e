import { ms, percent } from '../../format.ts'
import type { Cause } from './causes.ts'
import type { Draft, Whole } from './detector.ts'
import { mostOf } from './evidence.ts'

/** A collector, or turns that take up what a burst of requests brings, have a tenth of the time of a service that is well. */
const leastShare = 0.1
/** Busy neighbours cost a process that mostly waits a third of its time; where it is near half, nothing else is worth a look before. */
const leastStarvedShare = 0.4
/** Above, what it cost is all of it, as well as that can be known. */
const leastHarmful = 0.9

export interface Tally {
  readonly functions: Map<string, number>
  readonly natives: Map<string, number>
  readonly times: Set<number>
  guessed: number
}

export function starvedDraft(cause: Cause, lostMs: number, whole: Whole): Draft {
  return {
    ...{ kind: 'starved', confidence: 'direct', cause, isTimed: true, ms: lostMs, leastShare: leastStarvedShare },
    title: 'The process wants to run and has no processor: others have it, or its quota is used up.',
    evidence: [
      `${ofRequests(cause, whole)} were ready to run and waited for a processor, for ${ms(cause.ms / cause.requests)} each`,
      lostMs < cause.ms * leastHarmful &&
        `of that about ${ms(lostMs / cause.requests)} made them longer: in the rest a service had not answered yet`,
    ],
    advice:
      'Give it more processor: raise the container’s CPU limit, take noisy neighbours off the machine, or run more ' +
      'instances. Nothing in the code is the cause of this part.',
  }
}

export function collectedDraft(cause: Cause, whole: Whole): Draft {
  return {
    ...{ kind: 'garbage_collection', confidence: 'direct', cause, isTimed: true, leastShare },
    title: 'Requests wait for garbage collection.',
    evidence: [`${ms(cause.ms / cause.requests)} of each of ${ofRequests(cause, whole)} passed in it`],
    advice:
      'Find what allocates so much: large JSON, copies of vectors, caches without a bound. Keep vectors in Float32Array, ' +
      'stream instead of collecting, and raise --max-semi-space-size where objects die young.',
  }
}

export function stallDraft(cause: Cause & { tally: Tally }, whole: Whole): Draft {
  const { functions, natives, guessed } = cause.tally
  const known = functions.size > 0 ? functions : natives
  const hottest = mostOf(known)
  return {
    ...{ kind: 'own_code', confidence: guessed > 0 ? 'heuristic' : 'direct', cause, isTimed: true, leastShare },
    title: 'The event loop is stalled by code of the application’s own process.',
    evidence: [
      `${ofRequests(cause, whole)} waited ${ms(cause.ms / cause.requests)} on average for turns that computed without a pause`,
      hottest !== '' && `most samples are in ${mostOf(hot(known), 3)}`,
    ],
    advice:
      hottest === ''
        ? `Find what computes for long (large JSON, hashing, sorting, synchronous files; \`cpu_profile\` with a \`slow_call_ms\` above 0 names the function here). ${remedy}`
        : remedy,
    ...(hottest !== '' && { function: hottest }),
  }
}

/** Those with a tenth of the samples that the first has, or more: what else was seen is chance. */
function hot(known: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const most = Math.max(...known.values())
  return new Map([...known].filter(([, samples]) => samples >= most / 10))
}

const remedy = 'Move it to a worker thread, cut it into pieces, or compute it once.'

const ofRequests = ({ requests }: Cause, whole: Whole) =>
  `${percent(requests / Math.max(1, whole.requests))} of the requests`

import type { FindingKind } from '../model.ts'
import type { Cause } from './causes.ts'
import type { RequestTime } from './request.ts'

/** All requests together; weighted, as all sums are. */
export interface Whole {
  /** Requests with calls in them. */
  readonly requests: number
  /** The same, as many as were seen. */
  readonly records: number
  readonly totalMs: number
  readonly medianMs: number
  /** Sum of the calls' own time on the path, by scope. */
  readonly pathMs: (cause: Cause) => number
  /** False where nothing tells which calls are of one request: then each of the outermost calls counts as one. */
  readonly isRequests: boolean
}

/** What a detector has found, before it is known whether it is enough to be reported. */
export interface Draft {
  readonly kind: FindingKind
  /** `direct`: the records say so. `heuristic`: they let it be concluded; the evidence has the figures. */
  readonly confidence: 'direct' | 'heuristic'
  readonly cause: Cause
  readonly title: string
  readonly evidence: readonly (string | false)[]
  readonly advice: string
  /** What would be saved in money, where it is not the cause's. */
  readonly cost?: number
  /** False where no time says how bad it is: the share is that of the requests that it touches. */
  readonly isTimed: boolean
  /** The requests that it touches, where only some of them were looked at. */
  readonly touched?: number
  /** Time of all requests, where it is not the cause's. */
  readonly ms?: number
  /** Below this share it is none; 0.05 of all. */
  readonly leastShare?: number
  /** Requests that it must touch; 5 of all. */
  readonly leastRequests?: number
  /** What else changes with it. */
  readonly also?: string
  readonly function?: string
}

/** Looks for one kind of cause. */
export interface Detector {
  /** Takes a request; what it accounts for it takes from the time that is left. */
  look(request: RequestTime): void
  /** `passed` are those of the detectors before it that are reported. */
  findings(whole: Whole, passed: readonly Draft[]): readonly Draft[]
}

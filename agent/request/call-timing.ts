import type { Timing } from '../model.ts'

/** The outgoing requests of one call. Times are those of the agent's clock, in milliseconds. */
export interface CallNetwork {
  requests: number
  /** The number of those under way. */
  open: number
  readonly connect: Phase
  readonly first_byte: Phase
  readonly read: Phase
  retryMs: number
  /** When the last one ended, and whether a request that follows is another try. */
  lastByte: number | undefined
  failed: boolean
  /** Answers whose end no channel tells. */
  readonly untold: Tracked[]
}

/** The time in which at least one request was in this phase. */
interface Phase {
  open: number
  since: number
  total: number
}
type PhaseName = 'connect' | 'first_byte' | 'read'

/** One request, and the calls that it counts for. */
export interface Tracked {
  readonly networks: readonly CallNetwork[]
  phase: PhaseName | undefined
  status: number | undefined
  /** With node:http, which tells the begin of an answer alone. */
  response?: { readonly complete: boolean }
  headAt: number
}

/** The most answers of one call that are followed while the application leaves them unread. */
const mostUntold = 64

export function createCallNetwork(): CallNetwork {
  const phase = () => ({ open: 0, since: 0, total: 0 })
  return {
    requests: 0,
    open: 0,
    connect: phase(),
    first_byte: phase(),
    read: phase(),
    retryMs: 0,
    lastByte: undefined,
    failed: false,
    untold: [],
  }
}

/** A request is made. */
export function track(networks: readonly CallNetwork[], at: number): Tracked {
  for (const network of networks) {
    if (network.untold.length > 0)
      for (const other of [...network.untold]) if (other.response?.complete) finishUntold(other, at)
    if (network.open === 0 && network.failed && network.lastByte !== undefined) network.retryMs += at - network.lastByte
    network.requests++
    network.open++
    enterPhase(network.connect, at)
  }
  return { networks, phase: 'connect', status: undefined, headAt: 0 }
}

/** It goes on to its next phase. */
export function moveToPhase(tracked: Tracked, phase: PhaseName, at: number): void {
  for (const network of tracked.networks) {
    if (tracked.phase !== undefined) leavePhase(network[tracked.phase], at)
    enterPhase(network[phase], at)
  }
  tracked.phase = phase
}

/** Its last byte is read, or it failed. */
export function finish(tracked: Tracked, failed: boolean, at: number): void {
  const { phase } = tracked
  if (phase === undefined) return
  for (const network of tracked.networks) {
    leavePhase(network[phase], at)
    network.open--
    network.lastByte = Math.max(network.lastByte ?? at, at)
    network.failed = failed || isRefusal(tracked.status)
    const index = network.untold.indexOf(tracked)
    if (index >= 0) network.untold.splice(index, 1)
  }
  tracked.phase = undefined
}

/** Nothing tells the end of its answer: the next request of the call shows it, else it lasts until the call's end. */
export function leaveUntold(tracked: Tracked, response: { readonly complete: boolean }, at: number): void {
  tracked.response = response
  tracked.headAt = at
  for (const { untold } of tracked.networks) {
    untold.push(tracked)
    if (untold.length > mostUntold && untold[0]) finishUntold(untold[0], at)
  }
}

/** The timing of a call's requests, for its record; in milliseconds, asked when the call ends. */
export function timingOf(network: CallNetwork, endTime: number): Omit<Timing, 'blocked_ms'> {
  const { requests, open, lastByte, retryMs } = network
  const lasted = ({ open, since, total }: Phase) => round(total + (open > 0 ? endTime - since : 0))
  return {
    requests,
    connect_ms: lasted(network.connect),
    first_byte_ms: lasted(network.first_byte),
    read_ms: lasted(network.read),
    retry_ms: round(retryMs),
    decode_ms: open > 0 || lastByte === undefined ? 0 : round(endTime - lastByte),
  }
}

/** A refusal is short: its wait for another try began about when it did. */
function finishUntold(tracked: Tracked, at: number): void {
  finish(tracked, false, isRefusal(tracked.status) ? tracked.headAt : at)
}

const retried = new Set([408, 409, 425, 429])
/** A status at which clients try again. */
const isRefusal = (status = 0) => status >= 500 || retried.has(status)

function enterPhase(phase: Phase, at: number): void {
  if (phase.open++ === 0) phase.since = at
}

function leavePhase(phase: Phase, at: number): void {
  if (--phase.open === 0) phase.total += Math.max(0, at - phase.since)
}

const round = (ms: number) => Math.round(Math.max(0, ms) * 100) / 100

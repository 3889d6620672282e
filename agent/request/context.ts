import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span } from '../call.ts'
import type { Counts, ProfileRecord, Timing } from '../model.ts'
import type { CallNetwork } from './call-timing.ts'

/** What is under way at a place in the program: the innermost profiled call, and the request. */
export interface Store {
  request: Request | undefined
  span: LiveSpan | undefined
}

/** One call under way. */
export interface LiveSpan extends Omit<Span, 'selfMs' | 'timing'>, Store {
  /** Calls are numbered in the order of their begin. */
  readonly order: number
  readonly parent: LiveSpan | undefined
  /** These three are known at its end. */
  ended: boolean
  selfMs: number
  timing: Timing
  /** A nested call was under way from then to then. */
  nested(from: number, to: number): void
  /** What network.ts knows of the call's own outgoing requests. */
  network?: CallNetwork | undefined
}

/** One incoming HTTP request. */
export interface Request extends Store {
  readonly traceId: string
  /** The span that its caller named, else one of its own. */
  readonly spanId: string
  readonly requestId: string | undefined
  /** Profiled because its caller asked for it. */
  readonly forced: boolean
  /** Decided at its first profiled call. */
  sampled: boolean | undefined
  /** Until it ends. */
  buffered: Buffered[]
  /** Whether any of its records passed its threshold, or failed. */
  passed: boolean
  /** When it ended, and whether its records were emitted. */
  ended: { readonly at: number; readonly emitted: boolean } | undefined
}

const afterMs = 60_000

/** What a request leaves behind goes with it for a minute; then it has a life of its own. */
export const isLongOver = ({ ended }: Request, now: number): boolean => ended !== undefined && now - ended.at > afterMs

/** A record that waits for the end of its request. */
export interface Buffered {
  readonly record: ProfileRecord
  readonly counts: Counts
  readonly order: number
  /** What the outputs captured when the call began. */
  readonly context: unknown
}

// One for all times that requests are opened: those under way when the configuration is read again keep their ids.
const storage = new AsyncLocalStorage<Store | undefined>()
let disabled = false

/** Where the running code is. */
export const store = (): Store | undefined => storage.getStore()

/**
 * The innermost profiled call around the running code. What a call has left behind (a callback that it ended with)
 * is in the calls that are still under way.
 */
export const current = (): LiveSpan | undefined => underWay(store()?.span)

/** The span, or the nearest around it that has not ended. */
export function underWay(span: LiveSpan | undefined): LiveSpan | undefined {
  let found = span
  while (found?.ended) found = found.parent
  return found
}

/** The rest of the running callback, and all that it starts, is there. Unlike `run` it adds no frame to a stack trace. */
export const enter = (next: Store | undefined): void => {
  // It would switch on again what `disableContext` has switched off.
  if (!disabled) storage.enterWith(next)
}

/** Runs a function of ours outside of any request. */
export const outside = <R>(run: () => R): R => storage.run(undefined, run)

/** Ends the cost for promises. */
export function disableContext(): void {
  disabled = true
  storage.disable()
}

/** What is under way from before `disableContext` goes on; without that nothing is switched on until the first request. */
export function enableContext(): void {
  if (!disabled) return
  disabled = false
  enter(store())
}

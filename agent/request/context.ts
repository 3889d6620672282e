import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import type { Span } from '../call.ts'
import type { Counts, LabelSet, ProfileRecord, RequestKind, Timing } from '../model.ts'
import type { TakeCall } from '../test-root.ts'
import type { CallNetwork } from './call-timing.ts'

/** The async context: the innermost profiled call, and the request. */
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
  /** Adds a time in which a nested call was under way. */
  nested(from: number, to: number): void
  /** The call's own outgoing requests. */
  network?: CallNetwork | undefined
}

/** One incoming HTTP request, a test, or a job: work of the application that `profile()` runs outside of any request. */
export interface Request extends Store {
  readonly kind: RequestKind
  readonly traceId: string
  /** The parent of its calls: the span of its own record, where it has one; else that which its caller named, or a new one. */
  spanId: string
  /** The call that is the request itself, where it has a record of its own. */
  root: LiveSpan | undefined
  /** By the agent's clock. */
  readonly begunAt: number
  readonly requestId: string | undefined
  readonly labels: LabelSet | undefined
  /** Profiled because its caller asked for it. */
  readonly forced: boolean
  /** Decided at its first profiled call. */
  sampled: boolean | undefined
  /** Its records, until it ends. */
  buffered: Buffered[]
  /** The calls in it that ended, those included that had no room in `buffered`. */
  calls: number
  /** Of the answer. */
  status: number | undefined
  /** The pattern that its framework tells, or what gives it once the request is answered. */
  route: string | (() => string | undefined) | undefined
  /** True when any of its records passed its threshold, or failed. */
  passed: boolean
  /** Of a test: takes its calls, which then wait for nothing. */
  take: TakeCall | undefined
  /** When it ended, and whether its records were emitted. */
  ended: { readonly at: number; readonly emitted: boolean } | undefined
}

const afterMs = 60_000

/**
 * True after a test's end, more than a minute after another's, or after a job's begin, which may be a consumer that never ends: calls that run
 * in its context then count as outside of it.
 */
export const isLongOver = ({ kind, begunAt, ended }: Request, now: number): boolean =>
  (ended !== undefined && (kind === 'test' || now - ended.at > afterMs)) || (kind === 'job' && now - begunAt > afterMs)

/** A new one, whose context is itself. */
export function createRequest({
  kind,
  traceId,
  spanId,
  begunAt,
  requestId,
  labels,
  forced,
}: Pick<Request, 'kind' | 'traceId' | 'spanId' | 'begunAt' | 'requestId' | 'labels' | 'forced'>): Request {
  // No spread: that takes microseconds on Node 20.
  const request: Request = {
    kind,
    traceId,
    spanId,
    begunAt,
    requestId,
    labels,
    forced,
    request: undefined,
    span: undefined,
    root: undefined,
    sampled: undefined,
    buffered: [],
    calls: 0,
    status: undefined,
    route: undefined,
    passed: false,
    take: undefined,
    ended: undefined,
  }
  request.request = request
  return request
}

/** A record that waits for the end of its request. */
export interface Buffered {
  readonly record: ProfileRecord
  readonly counts: Counts
  readonly order: number
  /** Captured by the outputs when the call began. */
  readonly context: unknown
}

// One storage for all times that requests are opened: requests under way at a reload keep their ids.
const storage = new AsyncLocalStorage<Store | undefined>()
let disabled = false

/** What the contexts are kept in. */
export const contexts = (): AsyncLocalStorage<unknown> => storage as AsyncLocalStorage<unknown>

/** The context of the running code. */
export const store = (): Store | undefined => storage.getStore()

/**
 * The innermost profiled call around the running code. Code that runs after the end of a call (the callback that ended it)
 * is in the next one around it that is still under way.
 */
export const current = (): LiveSpan | undefined => underWay(store()?.span)

/** The span, or the nearest around it that has not ended. */
export function underWay(span: LiveSpan | undefined): LiveSpan | undefined {
  let found = span
  while (found?.ended) found = found.parent
  return found
}

/** Sets the context for the rest of the running callback and all that it starts; unlike `run` without a stack frame. */
export const enter = (next: Store | undefined): void => {
  // It would switch on again what `disableContext` has switched off.
  if (!disabled) storage.enterWith(next)
}

/** Runs a function in a context. */
export const within = <R>(next: Store | undefined, run: () => R): R => (disabled ? run() : storage.run(next, run))

/**
 * Sets the context of all that runs in the scope of a resource, in which it was made. Gives what takes it back, for a resource
 * that outlives what is in the context.
 */
export function keepIn(resource: AsyncResource, next: Store): (() => void) | undefined {
  if (disabled) return undefined
  frames ??= framesIn(makeIn(next))
  if (frames === false) {
    // With async_hooks (Node 20, 22) this leaves it with the resource.
    const before = resource.runInAsyncScope(store)
    resource.runInAsyncScope(enter, undefined, next)
    return () => resource.runInAsyncScope(enter, undefined, before)
  }
  // Since 24 a resource has the frame of all contexts, under a symbol of Node's own.
  const key = frames
  const before = Reflect.get(resource, key)
  Reflect.set(resource, key, Reflect.get(resource.runInAsyncScope(makeIn, undefined, next), key))
  return () => void Reflect.set(resource, key, before)
}

let frames: symbol | false | undefined
/** Where a resource keeps its frame; false where Node has none. */
const framesIn = (resource: AsyncResource) =>
  Object.getOwnPropertySymbols(resource).find(
    (key) => /context_?frame/i.test(key.description ?? '') && Reflect.get(resource, key) !== undefined,
  ) ?? false
const makeIn = (next: Store): AsyncResource => storage.run(next, makeResource)
function makeResource(): AsyncResource {
  // With a weak reference, which Node else has for its end, it would cost more than all else here.
  const made = new AsyncResource('crossbridge', { requireManualDestroy: true })
  made.emitDestroy()
  return made
}

/** Runs a function of ours outside of any request. */
export const outside = <R>(run: () => R): R => storage.run(undefined, run)

/** Ends the cost for promises. */
export function disableContext(): void {
  disabled = true
  storage.disable()
}

/** Takes up the contexts from before `disableContext`; at the first start it leaves all off until the first request. */
export function enableContext(): void {
  if (!disabled) return
  disabled = false
  enter(store())
}

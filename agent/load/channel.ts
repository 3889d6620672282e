import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Channel } from 'node:diagnostics_channel'
import { agentRequire } from '../chunk.ts'
import type { Point, Raw } from '../model.ts'

const soon = queueMicrotask
type Entered = (message: unknown) => unknown
/** On a channel a storage is bound once, for all that listen there. */
const entering = new Map<string, Map<AsyncLocalStorage<unknown>, Set<Entered>>>()

/** The tracing channel's own object for one call; `result` and `error` are put in by the library. */
interface Message {
  readonly result?: unknown
  readonly error?: unknown
}
interface Calls<S> {
  begin(point: Point, self: unknown, args: ArrayLike<unknown>, from?: (message: unknown) => void): S | undefined
  end(scope: S, result: unknown, failed: boolean, error: unknown): void
  joining(scope: S, fail: (error: unknown) => void): (stream: unknown) => void
  lose(point: Point): void
}

/** For what the calls in a call are to know of it: Node sets that around the call's work, where `contextOf` gives it. */
interface Nesting<S> {
  /** Undefined while there is none, which the next configuration may change. */
  contexts(): AsyncLocalStorage<unknown> | undefined
  contextOf(scope: S | undefined): unknown
}

/**
 * Profiles the calls that a library publishes on a tracing channel of its own: metadata paths read the message as
 * `args.0`. `heard` is called with each message, which shows that the library is there. Gives the switch, which is
 * off at first; calls under way when it goes off are followed to their end.
 */
export function subscribe<S>(
  channel: string,
  pointOf: () => Point,
  calls: Calls<S>,
  heard: () => void,
  fault: (error: unknown) => void,
  nestings: readonly Nesting<S>[] = [],
): (on: boolean) => void {
  const { tracingChannel } = agentRequire()('node:diagnostics_channel') as typeof import('node:diagnostics_channel')
  const scopes = new WeakMap<object, S>()
  const joins = joiningStreams()
  // A stream that nobody reads to its end never tells of it, and its message is garbage with it.
  const lost = new FinalizationRegistry<{ readonly point: Point; readonly id: unknown }>(({ point, id }) => {
    joins.forget(id)
    calls.lose(point)
    closed()
  })
  let wanted = false
  let subscribed = false
  let open = 0
  /** The message that has been entered: that comes before `start`, which is published in the contexts. */
  let begun: unknown
  const guarded = (body: (message: Message) => void) => (message: unknown) => {
    try {
      body(message as Message)
    } catch (error) {
      fault(error)
    }
  }
  const finish = (message: Message, failed: boolean, error = message.error) => {
    const scope = scopes.get(message)
    if (scope === undefined) return joins.join(pointOf(), message)
    scopes.delete(message)
    lost.unregister(message)
    joins.forget(pointOf().joins?.id({ self: undefined, args: [message] }))
    calls.end(scope, message.result, failed, error)
    closed()
  }
  const closed = () => {
    open--
    // Not while the channel goes through its subscribers.
    if (!wanted && open === 0) soon(settle)
  }

  // Its own frames are left out of stack traces, where those of the channel already take most of V8's ten.
  const start = guarded((message) => {
    const isBegun = begun === message
    begun = undefined
    if (isBegun || !wanted) return
    heard()
    const point = pointOf()
    const call: Raw = { self: undefined, args: [message] }
    if (point.when !== undefined && !point.when(call)) return
    const scope = calls.begin(point, undefined, call.args, start)
    if (scope === undefined) return
    scopes.set(message, scope)
    const id = point.joins?.id(call)
    if (id !== undefined) {
      // The library tells nothing more of a call whose stream has failed.
      const fail = (error: unknown) => finish(message, true, error)
      joins.remember(id, message, calls.joining(scope, fail))
    }
    lost.register(message, { point, id }, message)
    open++
  })

  const entered = nestings.map(({ contexts, contextOf }) => ({
    contexts,
    enter(message: unknown) {
      start(message)
      begun = message
      return contextOf(scopes.get(message as object))
    },
  }))

  const subscribers = {
    start,
    // A synchronous throw is followed by `end` and no `asyncEnd`, a promise by both.
    end: guarded((message) => {
      if ('error' in message) finish(message, true)
      else if ('result' in message) finish(message, false)
    }),
    asyncStart() {},
    asyncEnd: guarded((message) => finish(message, message.error !== undefined)),
    error() {},
  }
  const settle = () => {
    const there = tracingChannel(channel)
    if (wanted !== subscribed && !(subscribed && open > 0)) {
      subscribed = wanted
      if (wanted) there.subscribe(subscribers)
      else there.unsubscribe(subscribers)
    }
    for (const { contexts, enter } of entered) bind(there.start, contexts(), enter, subscribed)
  }

  return (on) => {
    wanted = on
    settle()
  }
}

/** The calls under way to which streams of other messages belong; they keep none of them alive. */
function joiningStreams() {
  const messages = new Map<unknown, WeakRef<object>>()
  const watches = new WeakMap<object, (stream: unknown) => void>()
  return {
    remember(id: unknown, message: object, watch: (stream: unknown) => void) {
      messages.set(id, new WeakRef(message))
      watches.set(message, watch)
    },
    join({ joins }: Point, message: object) {
      const call: Raw = { self: undefined, args: [message] }
      const stream = messages.size > 0 && joins?.stream(call)
      const of = stream && messages.get(joins?.id(call))?.deref()
      if (of) watches.get(of)?.(stream)
    },
    forget: (id: unknown) => void messages.delete(id),
  }
}

function bind(
  start: Channel,
  contexts: AsyncLocalStorage<unknown> | undefined,
  entered: Entered,
  wanted: boolean,
): void {
  if (contexts === undefined) return
  const storages = entering.get(`${String(start.name)}`) ?? new Map<AsyncLocalStorage<unknown>, Set<Entered>>()
  entering.set(`${String(start.name)}`, storages)
  const all = storages.get(contexts) ?? new Set()
  storages.set(contexts, all)
  const wasBound = all.size > 0
  if (wanted) all.add(entered)
  else all.delete(entered)
  if (wasBound && all.size === 0) start.unbindStore(contexts)
  if (wasBound || all.size === 0) return
  start.bindStore(contexts, (message) => {
    let found: unknown
    for (const one of all) found = one(message) ?? found
    return found ?? contexts.getStore()
  })
}

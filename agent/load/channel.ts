import { agentRequire } from '../chunk.ts'
import type { Point, Raw } from '../model.ts'

const soon = queueMicrotask

/** The tracing channel's own object for one call; `result` and `error` are put in by the library. */
interface Message {
  readonly result?: unknown
  readonly error?: unknown
}
interface Calls<S> {
  begin(point: Point, self: unknown, args: ArrayLike<unknown>, from?: (message: unknown) => void): S | undefined
  end(scope: S, result: unknown, failed: boolean, error: unknown): void
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
): (on: boolean) => void {
  const { tracingChannel } = agentRequire()('node:diagnostics_channel') as typeof import('node:diagnostics_channel')
  const scopes = new WeakMap<object, S>()
  let wanted = false
  let subscribed = false
  let open = 0
  const guarded = (body: (message: Message) => void) => (message: unknown) => {
    try {
      body(message as Message)
    } catch (error) {
      fault(error)
    }
  }
  const finish = (message: Message, failed: boolean) => {
    const scope = scopes.get(message)
    if (scope === undefined) return
    scopes.delete(message)
    open--
    calls.end(scope, message.result, failed, message.error)
    // Not while the channel goes through its subscribers.
    if (!wanted && open === 0) soon(settle)
  }

  // Its own frames are left out of stack traces, where those of the channel already take most of V8's ten.
  const start = guarded((message) => {
    if (!wanted) return
    heard()
    const point = pointOf()
    const call: Raw = { self: undefined, args: [message] }
    if (point.when !== undefined && !point.when(call)) return
    const scope = calls.begin(point, undefined, call.args, start)
    if (scope === undefined) return
    scopes.set(message, scope)
    open++
  })

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
    if (wanted === subscribed || (subscribed && open > 0)) return
    subscribed = wanted
    if (wanted) tracingChannel(channel).subscribe(subscribers)
    else tracingChannel(channel).unsubscribe(subscribers)
  }

  return (on) => {
    wanted = on
    settle()
  }
}

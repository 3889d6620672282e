import { isPromise, isProxy } from 'node:util/types'
import type { Ends } from '../../model.ts'
import { dataOf } from '../../own-data.ts'
import { createStamp } from '../../stamp.ts'
import { watchHandlers } from './callback.ts'
import { watchEvents } from './events.ts'
import { isPlain } from './promise.ts'
import { isStream } from './stream.ts'
import { ending, likened, listen, type MethodFn, putBefore, shadow, type Watcher } from './watcher.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's objects pass here
type Any = any

/** Watches the value of a thenable, as any result. */
type Watch = (result: object, watcher: Watcher) => boolean

export function watchThen(thenable: Any, watcher: Watcher, watch: Watch): void {
  const lazy = !isPromise(thenable)
  let asked = 0
  shadow(thenable, 'then', (then) => {
    // A method, as most originals are: it has no `prototype`.
    return {
      shell(this: unknown, onOk?: unknown, onFail?: unknown, ...rest: unknown[]) {
        asked++
        watcher.look(lazy)
        return (watcher.run ?? Reflect.apply)(then, this, [...watchHandlers(onOk, onFail, watcher), ...rest])
      },
    }.shell
  })
  if (!lazy) {
    // `await` does not call the own `then` of a native promise.
    if (isPlain(thenable)) listen(thenable, watcher)
    if (!Object.hasOwn(thenable, 'catch')) return
  }
  // Some (Prisma's) do the work in each of the three, and do not call their own `then`.
  for (const name of ['catch', 'finally']) {
    if (typeof dataOf(thenable, name) !== 'function') continue
    shadow(thenable, name, (original) => {
      return {
        shell(this: unknown, handler?: unknown, ...rest: unknown[]) {
          const before = asked
          watcher.look(lazy)
          const watched = function (this: unknown, ...values: unknown[]) {
            if (name === 'catch') watcher.fail(values[0])
            return Reflect.apply(handler as MethodFn, this, values)
          }
          const passed = [typeof handler === 'function' ? watched : handler, ...rest]
          const made = (watcher.run ?? Reflect.apply)(original, this, passed) as Any
          if (asked !== before || made === null || typeof made !== 'object') return made
          if (!isPromise(made) || !isPlain(made)) watch(made, watcher)
          return ending(made, watcher, original)
        },
      }.shell
    })
  }
}

/** One object that such a method returned, or that came of it. */
interface Asked {
  readonly watcher: Watcher
  readonly methods: readonly string[]
  readonly watch: Watch
  /** Of the call: shared by all objects that came of it. */
  readonly state: { pending: number; result: unknown; streamed: boolean }
  /** The promise that each method made last. */
  readonly last: Record<string, unknown>
}

const asked = createStamp<Asked>()
/** Made once for each original: to give a function its name and length takes longer than all else that a call needs. */
const shells = new WeakMap<MethodFn, Record<string, MethodFn>>()
/** Those that tell by `this` which object they are called on. */
const shared = new WeakSet<MethodFn>()

/** A thenable that may be listened to instead; its rows are seen as events either way. */
export function watchThenOrEvents(
  thenable: Any,
  watcher: Watcher,
  events: Ends & { kind: 'events' },
  watch: Watch,
): void {
  let awaited = false
  const unless = (tell: () => void) => {
    if (!awaited) tell()
  }
  watchEvents(
    thenable,
    {
      ...watcher,
      look: (restart) => unless(() => watcher.look(restart)),
      end: (result) => unless(() => watcher.end(result)),
      fail: (error) => unless(() => watcher.fail(error)),
    },
    events,
  )
  watchThen(thenable, watcher, watch)
  shadow(thenable, 'then', (then) => {
    return {
      shell(this: unknown, ...handlers: unknown[]) {
        awaited = true
        try {
          return Reflect.apply(then, this, handlers)
        } catch (error) {
          awaited = false // Its `then` only says that it is no promise.
          throw error
        }
      },
    }.shell
  })
}

/**
 * For Stainless clients: `parse`, `asResponse` and `_thenUnwrap` of the returned promise. The body is read by the
 * application alone, and the scope ends with the last of what it asked for (`withResponse` asks for two). False for an
 * object that has not all of them.
 */
export function watchAsked(
  value: Any,
  watcher: Watcher,
  methods: readonly string[],
  watch: Watch,
  state: Asked['state'] = { pending: 0, result: undefined, streamed: false },
): boolean {
  const originals = methods.map((name) => dataOf(value, name)) as MethodFn[]
  if (!originals.every((original) => typeof original === 'function')) return false
  const one: Asked = { watcher, methods, watch, state, last: {} }
  const only = asked.of(value) === undefined
  if (only) asked.put(value, one)
  methods.forEach((name, i) => {
    const original = originals[i] as MethodFn
    if (only && shared.has(original)) return
    const put = only ? shellOf(original, name) : shell(original, name, () => one)
    putBefore(only ? holderFor(value, name) : value, name, put)
  })
  return true
}

/**
 * Where it can be, the promise's class: to put methods on each of its promises takes microseconds. Those that no call of
 * ours gave pass through.
 */
function holderFor(promise: object, name: string): object {
  const parent: object = Object.getPrototypeOf(promise)
  const isOfClass = isPromise(promise) && !isProxy(parent) && Object.getPrototypeOf(parent) === Promise.prototype
  const isHeld = isOfClass && !Object.hasOwn(promise, name)
  return isHeld && Object.getOwnPropertyDescriptor(parent, name)?.configurable ? parent : promise
}

function shellOf(original: MethodFn, name: string): MethodFn {
  const known = shells.get(original) ?? {}
  if (known[name] !== undefined) return known[name]
  shells.set(original, known)
  const askedOf = (self: unknown) => (self !== null && typeof self === 'object' ? asked.of(self) : undefined)
  const made = shell(original, name, askedOf)
  known[name] = made
  shared.add(made)
  return made
}

function shell(original: MethodFn, name: string, askedOf: (self: unknown) => Asked | undefined): MethodFn {
  // A method, as the originals are: it has no `prototype`.
  const { value } = {
    value(this: unknown, ...args: unknown[]) {
      const one = askedOf(this)
      if (one === undefined) return Reflect.apply(original, this, args)
      const made = (one.watcher.run ?? Reflect.apply)(original, this, args)
      return made === null || typeof made !== 'object' || !isPromise(made) ? made : follow(one, name, made, original)
    },
  }
  return likened(value, original)
}

function follow(one: Asked, name: string, made: Any, original: MethodFn): unknown {
  const { watcher, methods, watch, state, last } = one
  if (!isPlain(made)) {
    watchAsked(made, watcher, methods, watch, state)
    return made
  }
  // Once the application has the stream, further promises say nothing of its end.
  if (!state.streamed) watcher.look(false)
  const settled = (result: unknown) => {
    if (name === methods[0] || state.result === undefined) state.result = result
    if (--state.pending > 0 || state.streamed) return
    state.streamed = isStream(state.result) && watch(state.result, watcher)
    if (!state.streamed) watcher.end(state.result)
  }
  const known = made === last[name]
  if (!known) state.pending++
  last[name] = made
  const { fail, observe, unreported } = watcher
  return ending(made, { end: known ? () => {} : settled, fail, observe, unreported }, original)
}

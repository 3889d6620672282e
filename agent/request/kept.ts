import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Fn } from '../call.ts'
import { createStamp } from '../stamp.ts'
import { contexts, enter, type Store, store } from './context.ts'

const { apply } = Reflect
/** Stands for no context, where undefined would be nothing known. */
const nowhere = Symbol('nowhere')

/** Runs work that a queue or a pool keeps in the request that passed it. Nothing but our own context is bound. */
export interface Kept {
  /** The function, bound to the context here; nothing else of it differs. */
  bound(callback: Fn): Fn
  /**
   * Enters the context in which this object was passed first, and gives what leaves it; undefined where that is the one
   * here. Two steps, since a function around the call would be a frame in its stack.
   */
  enterFor(object: object): (() => void) | undefined
  /** For tracing channels, where Node itself sets a call's context around its work; undefined while requests are off. */
  contexts(): AsyncLocalStorage<unknown> | undefined
}

export function createKept(): Kept {
  const stores = createStamp<Store | typeof nowhere>()

  return {
    contexts,
    bound(callback) {
      const here = store()
      return new Proxy(callback, { apply: (target, self, args) => runIn(here, target, self, args) })
    },
    enterFor(object) {
      const here = store()
      const known = stores.of(object)
      if (known === undefined) stores.put(object, here ?? nowhere)
      if (known === undefined || known === (here ?? nowhere)) return undefined
      enter(known === nowhere ? undefined : known)
      return () => enter(here)
    },
  }
}

function runIn(there: Store | undefined, original: Fn, self: unknown, args: ArrayLike<unknown>): unknown {
  const back = store()
  if (back === there) return apply(original, self, args)
  enter(there)
  try {
    return apply(original, self, args)
  } finally {
    enter(back)
  }
}

import type { Fn } from '../call.ts'
import { createStamp } from '../stamp.ts'
import { enter, type Store, store } from './context.ts'

const { apply } = Reflect
/** Stands for no context, where undefined would be nothing known. */
const nowhere = Symbol('nowhere')

/** Runs work that a queue or a pool keeps in the request that passed it. Nothing but our own context is bound. */
export interface Kept {
  /** The function, bound to the context here; nothing else of it differs. */
  bound(callback: Fn): Fn
  /** Calls a function in the context in which its argument, this object, was passed first. */
  run(object: object, original: Fn, self: unknown, args: ArrayLike<unknown>): unknown
}

export function createKept(): Kept {
  const stores = createStamp<Store | typeof nowhere>()

  return {
    bound(callback) {
      const here = store()
      return new Proxy(callback, { apply: (target, self, args) => runIn(here, target, self, args) })
    },
    run(object, original, self, args) {
      const known = stores.of(object)
      if (known !== undefined) return runIn(known === nowhere ? undefined : known, original, self, args)
      stores.put(object, store() ?? nowhere)
      return apply(original, self, args)
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

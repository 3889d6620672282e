/** A module that was loaded. */
export interface Module {
  /** Its target's place. */
  readonly index: number
  readonly path: string
  /** Loaded before the agent. */
  readonly early: boolean
}

/** The modules that are loaded, for as long as something else keeps them. */
export interface Memory {
  /** `exports` is what the application has of it. */
  keep(module: Module, exports: unknown): void
  each(visit: (module: Module, exports: object) => void): void
}

export function createMemory(): Memory {
  const known = new Map<number, { readonly module: Module; readonly exports: WeakRef<object> }>()
  let kept = 0
  const each: Memory['each'] = (visit) => {
    for (const [key, { module, exports }] of known) {
      const there = exports.deref()
      if (there === undefined) known.delete(key)
      else visit(module, there)
    }
  }

  return {
    keep(module, exports) {
      if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return
      known.set(kept++, { module, exports: new WeakRef(exports) })
      // An application may load its modules anew again and again.
      if (known.size % 1000 === 0) each(() => {})
    },
    each,
  }
}

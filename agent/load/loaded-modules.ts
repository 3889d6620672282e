/** A module that was loaded. */
export interface LoadedModule {
  /** The index of its ModulePatch. */
  readonly index: number
  readonly path: string
  /** Loaded before the agent. */
  readonly isAlreadyLoaded: boolean
}

/** The modules that are loaded, for as long as something else keeps them. */
export interface LoadedModules {
  /** `exports` as the application has them. */
  keep(module: LoadedModule, exports: unknown): void
  each(visit: (module: LoadedModule, exports: object) => void): void
}

export function createLoadedModules(): LoadedModules {
  const known = new Map<number, { readonly module: LoadedModule; readonly exports: WeakRef<object> }>()
  let kept = 0
  const each: LoadedModules['each'] = (visit) => {
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

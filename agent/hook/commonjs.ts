import { createRequire, Module } from 'node:module'

type Hand = (hits: readonly number[], exports: unknown, path: string) => unknown

/** CommonJS that is imported: patched where it is evaluated, before the importer sees its exports. */
export interface CommonJs {
  /** Told of each file that an import is about to load, or has found loaded. */
  imported(path: string, hits: readonly number[]): void
  /** A module that has been evaluated. */
  evaluated(module: NodeJS.Module): void
}

/**
 * There is no facade in between: Node takes the names from the file and the values from `module.exports`, after
 * `Module.prototype.load`. `drain` lets in what the loader thread has told until now.
 */
export function hookCommonJs(hand: Hand, drain: () => void, fault: (error: unknown) => void): CommonJs {
  const { cache } = createRequire(import.meta.url)
  const known = new Map<string, readonly number[]>()
  const evaluated = (module: NodeJS.Module) => {
    try {
      drain()
      const hits = known.get(module.filename)
      if (hits !== undefined) module.exports = hand(hits, module.exports, module.filename)
    } catch (error) {
      fault(error)
    }
  }
  const { prototype } = Module as unknown as { prototype: { load(filename: string): unknown } }
  const { load } = prototype
  const methods = {
    load(this: NodeJS.Module, _filename: string) {
      const result = Reflect.apply(load, this, arguments)
      evaluated(this)
      return result
    },
  }
  prototype.load = methods.load as typeof load

  return {
    imported(path, hits) {
      known.set(path, hits)
      const there = cache[path]
      if (there?.loaded) evaluated(there)
    },
    evaluated,
  }
}

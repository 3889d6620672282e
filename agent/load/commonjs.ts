import { Module } from 'node:module'
import { isModuleNamespaceObject, isProxy } from 'node:util/types'
import { agentRequire } from '../chunk.ts'
import type { Match } from './match.ts'

export interface CommonJsParts {
  readonly hand: (hits: readonly number[], exports: unknown, path: string) => unknown
  readonly match: Match
  /** Lets in what the loader thread has told until now. */
  readonly drain: () => void
  readonly fault: (error: unknown) => void
}

/** CommonJS that is imported: patched where it is evaluated, before the importer sees its exports. */
export interface CommonJs {
  /** Told of each file that an import is about to load, or has found loaded. */
  imported(path: string, hits: readonly number[]): void
  /** A module that has been evaluated. */
  evaluated(module: NodeJS.Module): void
}

/**
 * There is no facade in between: Node takes the names from the file, and the values from what `module.exports` is when
 * `Module.prototype.load` ends.
 */
export function hookCommonJs({ hand, match, drain, fault }: CommonJsParts): CommonJs {
  const { cache } = agentRequire()
  const known = new Map<string, readonly number[]>()
  const evaluated = (module: NodeJS.Module) => {
    try {
      drain()
      // It may be required first, and Node keeps for importers what it has then.
      const hits = known.get(module.filename) ?? match(module.filename, undefined)
      // A required ES module is no CommonJS.
      if (hits.length === 0 || isModuleNamespaceObject(module.exports)) return
      module.exports = unwarned(module.exports, () => hand(hits, module.exports, module.filename))
    } catch (error) {
      fault(error)
    }
  }
  const { prototype } = Module as unknown as { prototype: { _compile(content: string, filename: string): unknown } }
  const { _compile: compile } = prototype
  const methods = {
    _compile(this: NodeJS.Module, _content: string, _filename: string) {
      const result = Reflect.apply(compile, this, arguments)
      evaluated(this)
      return result
    },
  }
  prototype._compile = methods._compile as typeof compile

  return {
    imported(path, hits) {
      known.set(path, hits)
      const there = cache[path]
      if (there?.loaded) evaluated(there)
    },
    evaluated,
  }
}

/**
 * Until a module that is required in a circle is loaded, its exports have a Proxy for prototype, which warns of each name
 * that is not there yet. Our reads are not the application's: it is taken off meanwhile.
 */
function unwarned<T>(exports: unknown, run: () => T): T {
  const isObject = typeof exports === 'object' && exports !== null
  const prototype = isObject ? Object.getPrototypeOf(exports) : null
  if (!isObject || !isProxy(prototype) || !Reflect.setPrototypeOf(exports, Object.prototype)) return run()
  try {
    return run()
  } finally {
    Reflect.setPrototypeOf(exports, prototype)
  }
}

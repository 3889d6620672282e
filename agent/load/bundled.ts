import { isAbsolute, relative, sep } from 'node:path'
import { bindingsOf } from '../locate/bindings.ts'
import type { ModulePatch } from '../replace/patch.ts'
import type { Hand } from './loader.ts'
import { stem } from './match.ts'
import { tellVersion } from './versions.ts'

/** The function in `globalThis` to which the modules inside of a bundle hand their exports: see bundlers/. */
export const bundledKey = 'crossbridge.bundled'

/** What was known of a module when it was bundled. */
export interface Bundled {
  /** `openai@7.57.0/index.mjs` */
  readonly path: string
  readonly version?: string | undefined
  /** What watches it, by `watchKey`. */
  readonly keys: readonly string[]
}

/** How to read an export, and to set its binding where it may have to be set. */
export type Export = readonly [get: () => unknown, set?: (value: unknown) => void]

/** A watched module by the same words where the bundle is made and where it runs: a file of the user's from `folder` on. */
export function watchKey({ library, module, file }: Pick<ModulePatch, 'library' | 'module' | 'file'>, folder: string) {
  const name = isAbsolute(module) ? `./${stem(relative(folder, module)).replaceAll(sep, '/')}` : module
  return [library, name, ...(file === undefined ? [] : [file])].join(' ')
}

/** Publishes the function; it throws nothing into the module that calls it. */
export function hearBundled(
  modules: readonly ModulePatch[],
  folder: string,
  hand: Hand,
  fault: (error: unknown) => void,
): void {
  const indexes = new Map<string, number[]>()
  modules.forEach((module, index) => {
    const key = watchKey(module, folder)
    indexes.set(key, [...(indexes.get(key) ?? []), index])
  })
  // A bundle is never unloaded, and a reload may patch its modules later.
  const kept = new Set<unknown>()
  const handed = (exports: unknown, { path, version, keys }: Bundled) => {
    kept.add(exports)
    tellVersion(path, version)
    return hand(
      keys.flatMap((key) => indexes.get(key) ?? []),
      exports,
      path,
    )
  }
  const esm = (exports: Readonly<Record<string, Export>>, bundled: Bundled, whole?: object) => {
    try {
      handed(exportsOf(exports, whole), bundled)
    } catch (error) {
      fault(error)
    }
  }
  const commonjs = (module: { exports: unknown }, bundled: Bundled) => {
    try {
      const exports = handed(module.exports, bundled)
      if (exports !== module.exports) module.exports = exports
    } catch (error) {
      fault(error)
    }
  }
  Object.defineProperty(globalThis, Symbol.for(bundledKey), {
    value: Object.assign(esm, { commonjs }),
    configurable: true,
  })
}

/** The exports as an object that can be assigned to; `whole` has the others, where a path may begin at any of them. */
function exportsOf(exports: Readonly<Record<string, Export>>, whole: object = {}): object {
  const namespace = Object.create(null)
  const setters: Record<string, (value: unknown) => void> = {}
  const locals: Record<string, string> = {}
  const reading = (name: string, get: () => unknown) =>
    Object.defineProperty(namespace, name, { get, enumerable: true, configurable: true })
  for (const name of Object.keys(whole)) reading(name, () => (whole as Record<string, unknown>)[name])
  for (const [name, [get, set]] of Object.entries(exports)) {
    reading(name, get)
    if (set === undefined) continue
    setters[name] = set
    locals[name] = name
  }
  return bindingsOf(namespace, { setters, locals, fixed: {} })
}

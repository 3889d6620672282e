import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { addHook as AddHook } from 'import-in-the-middle'
import { agentRequire } from '../chunk.ts'
import { bindingsOf } from '../locate/bindings.ts'
import type { Watched } from '../replace/patch.ts'
import { type ChooseParts, createChooseHook, failureOf, type Refusal } from './choose-hook.ts'
import { type CommonJs, hookCommonJs } from './commonjs.ts'
import { createImportHook } from './import.ts'
import { hookKey, type Hook as LineHook } from './line.ts'
import type { LoaderMessage } from './loader-thread.ts'
import { type Match, packageOf, pathOf, realPath } from './match.ts'
import { hookRequire } from './require.ts'
import { startThread } from './start-thread.ts'

/** The events of module loading; a fault in a listener never reaches the module that is loading. */
export interface LoaderEvents {
  /** A watched module was loaded; gives the exports to hand to the application. */
  loaded(index: number, exports: unknown, path: string): unknown
  refused(refusal: Refusal): void
  /** Given what hands modules on that no loader sees. */
  others(hand: Hand): void
  fault(error: unknown): void
}

const require = agentRequire()

/**
 * Hooks `require` and `import` for the watched modules, with exactly one hook of each kind. Gives a function that
 * collects, at exit, what the loader thread has still to say.
 */
export function hookModules(watched: readonly Watched[], match: Match, events: LoaderEvents): () => void {
  /** One copy of exports that could not be changed in place, so that everybody has the same. */
  const copies = new WeakMap<object, unknown>()
  const done = new WeakMap<object, Set<number>>()
  const hand = (hits: readonly number[], exports: unknown, path: string) => {
    const key = typeof exports === 'function' || typeof exports === 'object' ? exports : null
    let handed: unknown = (key !== null && copies.get(key)) || exports
    // A module may come twice: after it was evaluated, and when it is required.
    const before = (key !== null && done.get(key)) || new Set()
    if (key !== null) done.set(key, before)
    for (const index of hits) {
      if (before.has(index)) continue
      before.add(index)
      try {
        handed = events.loaded(index, handed, path)
      } catch (error) {
        events.fault(error)
      }
    }
    if (key !== null && handed !== exports) {
      copies.set(key, handed)
      done.set(handed as object, before)
    }
    return handed
  }
  const listen = () => {
    const { addHook } = require('import-in-the-middle') as { addHook: typeof AddHook }
    addHook((url, exports, specifier?: string) => {
      const path = pathOf(url)
      if (path !== undefined) hand(match(path, specifier), exports, path)
    })
  }
  const isSync = supportsSyncHooks()
  const thread = isSync ? undefined : startThread()
  hookRequire(match, hand, thread?.required, events.fault)
  const hear = (message: LoaderMessage) => {
    if ('fault' in message) events.fault(new Error(message.fault))
    else if ('imported' in message) commonJs.imported(message.imported, message.hits)
    else events.refused(message)
  }
  const drain = () => thread?.drain(hear)
  const commonJs = hookCommonJs({ hand, match, drain, fault: events.fault })
  hearLines(hand, { commonjs: commonJs.evaluated, hand, match, watched, refused: events.refused }, events.fault)
  events.others(hand)
  if (thread === undefined) {
    hookImportSync({ watched, match, refuse: events.refused }, commonJs.imported, events.fault, listen)
    return () => {}
  }
  listen()
  thread.open(watched, hear)
  return drain
}

/** By these loaders besides Node's tell of modules that they have evaluated. */
export interface OtherLoaders extends Pick<LoaderEvents, 'refused'> {
  readonly commonjs: CommonJs['evaluated']
  readonly hand: Hand
  readonly match: Match
  readonly watched: readonly Watched[]
}

export type Hand = (hits: readonly number[], exports: unknown, path: string) => unknown

/** Publishes the function that the lines at the ends of modules call, and those for other loaders. */
function hearLines(hand: Hand, others: OtherLoaders, fault: (error: unknown) => void): void {
  const hook: LineHook = (url, namespace, setters, { hits, ...more }) => {
    try {
      hand(hits, bindingsOf(namespace, { setters, ...more }), pathOf(url) ?? url)
    } catch (error) {
      fault(error)
    }
  }
  Object.defineProperty(globalThis, Symbol.for(hookKey), {
    value: Object.assign(hook, others),
    configurable: true,
  })
}

function hookImportSync(
  parts: ChooseParts,
  imported: CommonJs['imported'],
  fault: (error: unknown) => void,
  first: () => void,
): void {
  const { resolveSync, loadSync } = createImportHook({
    chooseHook: createChooseHook(parts),
    imported,
    failed(hits, path, cause) {
      for (const index of hits) parts.refuse({ index, state: 'wrap_failed', detail: failureOf(path, cause) })
    },
    fault,
    first,
  })
  // Not imported by its name, which Node 20 does not have.
  process.getBuiltinModule('node:module').registerHooks({ resolve: resolveSync, load: loadSync })
}

/**
 * True when `module.registerHooks` is safe: since 22.22.3, 24.11.1, 25.1 and 26 it takes CommonJS without source
 * (nodejs/node#59929).
 */
export function supportsSyncHooks(version = process.versions.node): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 3)
  if (major === 24) return minor > 11 || (minor === 11 && patch >= 1)
  return major >= 26 || (major === 25 && minor >= 1)
}

/** Adds the folders of the packages that the user's entries name: they may be linked, or installed under another name. */
export function located<T extends Watched>(modules: readonly T[], folder: string): T[] {
  return modules.map((one) => {
    const root = one.userEntry && !isAbsolute(one.module) ? installedAt(packageOf(one.module), folder) : undefined
    return root === undefined ? one : { ...one, root }
  })
}

function installedAt(name: string, folder: string): string | undefined {
  const path = join(folder, 'node_modules', name)
  if (existsSync(path)) return realPath(path)
  const parent = dirname(folder)
  return parent === folder ? undefined : installedAt(name, parent)
}

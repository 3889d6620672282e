import { existsSync } from 'node:fs'
import { register } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { isModuleNamespaceObject } from 'node:util/types'
import type { addHook as AddHook } from 'import-in-the-middle'
import type { OnRequireFn, Hook as RequireHook } from 'require-in-the-middle'
import { agentRequire, besideChunks, vendored } from '../chunk.ts'
import { bindingsOf, isHanded } from '../locate/bindings.ts'
import type { Watched } from '../replace/patch.ts'
import { type ChooseParts, createChooseHook, failureOf, type Refusal } from './choose-hook.ts'
import { type CommonJs, hookCommonJs } from './commonjs.ts'
import { createImportHook } from './import.ts'
import { hookKey, type Hook as LineHook } from './line.ts'
import type { LoaderData, LoaderMessage, Required } from './loader-thread.ts'
import { type Match, packageOf, pathOf, realPath } from './match.ts'

/** The events of module loading; a fault in a listener never reaches the module that is loading. */
export interface LoaderEvents {
  /** A watched module was loaded; gives the exports to hand to the application. */
  loaded(index: number, exports: unknown, path: string): unknown
  refused(refusal: Refusal): void
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
  hearLines(hand, commonJs, events.fault)
  if (thread === undefined) {
    hookImportSync({ watched, match, refuse: events.refused }, commonJs.imported, events.fault, listen)
    return () => {}
  }
  listen()
  thread.open(watched, hear)
  return drain
}

type Hand = (hits: readonly number[], exports: unknown, path: string) => unknown

/** Publishes the function that the lines at the ends of modules call. */
function hearLines(hand: Hand, commonJs: CommonJs, fault: (error: unknown) => void): void {
  const hook: LineHook = (url, namespace, setters, { hits, ...more }) => {
    try {
      hand(hits, bindingsOf(namespace, { setters, ...more }), pathOf(url) ?? url)
    } catch (error) {
      fault(error)
    }
  }
  Object.defineProperty(globalThis, Symbol.for(hookKey), {
    value: Object.assign(hook, { commonjs: commonJs.evaluated }),
    configurable: true,
  })
}

/**
 * Require-in-the-middle asks a list of names whether it includes a module: first with the path of its file, after it was
 * loaded and before its exports are handed on. Ours knows by the file.
 */
function hookRequire(
  match: Match,
  hand: Hand,
  required: ((path: string) => void) | undefined,
  fault: (error: unknown) => void,
): void {
  const { Hook } = vendored<{ Hook: typeof RequireHook }>('ritm')
  const names: string[] = []
  const others = new Set<string>()
  let asked = ''
  let hits: readonly number[] = []
  names.includes = (path) => {
    if (others.has(path)) return false
    try {
      asked = path
      hits = match(path)
    } catch (error) {
      hits = []
      fault(error)
    }
    if (hits.length === 0) others.add(path)
    // Half imported, and required in a circle by its own files: the import hook patches it when it is complete.
    return hits.length > 0 && require.cache[path]?.loaded !== false
  }
  const onRequire = (exports: unknown) => {
    // The line at its end has patched it.
    if (isHanded(exports)) return exports
    if (isModuleNamespaceObject(exports)) required?.(asked)
    return hand(hits, exports, asked)
  }
  new Hook(names, {}, onRequire as OnRequireFn)
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

/** The hooks of Node versions without safe synchronous ones, in a thread of their own. */
function startThread() {
  const { MessageChannel, receiveMessageOnPort } =
    require('node:worker_threads') as typeof import('node:worker_threads')
  const { port1, port2 } = new MessageChannel()
  type Hear = (message: LoaderMessage) => void

  return {
    open(watched: readonly Watched[], hear: Hear) {
      port1.on('message', hear).unref()
      const plain = watched.map(({ module, file, root, versions, ranges, pathStarts, userEntry = false }) => ({
        module,
        file,
        root,
        versions,
        ranges,
        pathStarts,
        userEntry,
      }))
      const data: LoaderData = { watched: plain, port: port2 }
      withoutBackgroundCompiler(() => {
        register(besideChunks('loader-thread.mjs'), { data, transferList: [port2] })
      })
    },
    required: (path: string) => port1.postMessage({ required: path } satisfies Required),
    /** Hears all messages that the thread has sent so far. */
    drain(hear: Hear) {
      for (let left = receiveMessageOnPort(port1); left; left = receiveMessageOnPort(port1)) hear(left.message)
    },
  }
}

/**
 * The loader thread that Node makes in `run` compiles in itself what it optimizes. On Node 20 a job in the background may
 * wait for that thread to collect garbage while it waits for the job, each time it has nothing to do: the process then
 * hangs at an `import` (SpinEventLoop drains tasks of every priority; nodejs/node#47297, #58047).
 */
function withoutBackgroundCompiler(run: () => void): void {
  // A flag that somebody has set is to stay.
  const isSet = process.execArgv.some((word) => /concurrent.recompilation|single.threaded|predictable/.test(word))
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  if (!isSet) setFlagsFromString('--no-concurrent-recompilation')
  try {
    run()
  } finally {
    if (!isSet) setFlagsFromString('--concurrent-recompilation')
  }
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

import type { LoadHook, ResolveHook } from 'node:module'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Watched } from '../replace/patch.ts'
import { createChooseHook, failureOf, type Refusal } from './choose-hook.ts'
import type { ImportHook } from './facade.ts'
import { createImportHook } from './import.ts'
import { compileMatch, stem } from './match.ts'

/** Data for the loader thread, in Node versions without safe synchronous hooks. */
export interface LoaderData {
  readonly watched: readonly Watched[]
  readonly port: MessagePort
}

/** A message from the loader thread to the main thread. */
export type LoaderMessage =
  | Refusal
  | { readonly fault: string }
  | { readonly imported: string; readonly hits: readonly number[] }

/** A message from the main thread to the loader thread: a require() has loaded this ES module. */
export interface Required {
  readonly required: string
}

let hook: ImportHook

export const resolve: ResolveHook = (specifier, context, nextResolve) => hook.resolve(specifier, context, nextResolve)
export const load: LoadHook = (url, context, nextLoad) => hook.load(url, context, nextLoad)

export function initialize({ watched, port }: LoaderData): void {
  const post = (message: LoaderMessage) => port.postMessage(message)
  port.unref()
  const required = new Set<string>()
  const wasRequired = (path: string) => {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      required.add(stem((next.message as Required).required))
    return required.has(stem(path))
  }
  const chooseHook = createChooseHook({ watched, match: compileMatch(watched), refuse: post, lines: true, wasRequired })
  hook = createImportHook({
    chooseHook(asked) {
      const hook = chooseHook(asked)
      if (hook !== undefined && asked.url.startsWith('node:')) loadBuiltIn(asked.url)
      return hook
    },
    imported: (path, hits) => post({ imported: path, hits }),
    failed: (hits, path, cause) => {
      for (const index of hits) post({ index, state: 'wrap_failed', detail: failureOf(path, cause) })
    },
    fault: (error) => post({ fault: (error as Error)?.stack ?? String(error) }),
    isLoaderThread: true,
  })
}

/** This thread loads a built-in to know its exports; the application's thread alone warns that one is experimental. */
function loadBuiltIn(name: string): void {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    process.getBuiltinModule(name)
  } finally {
    process.emitWarning = emitWarning
  }
}

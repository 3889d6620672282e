import type { LoadHook, ResolveHook } from 'node:module'
import type { MessagePort } from 'node:worker_threads'
import { createAdmit, type Refusal } from './admit.ts'
import { createImportHook, type ImportHook } from './import.ts'
import type { LoaderModule } from './loader.ts'
import { compileMatch } from './match.ts'

/** What the main thread hands to the loader thread of Node versions without safe synchronous hooks. */
export interface LoaderData {
  readonly watched: readonly LoaderModule[]
  readonly port: MessagePort
}

/** What the loader thread tells the main thread. */
export type LoaderMessage = Refusal | { readonly fault: string }

let hook: ImportHook

export const resolve: ResolveHook = (specifier, context, nextResolve) => hook.resolve(specifier, context, nextResolve)
export const load: LoadHook = (url, context, nextLoad) => hook.load(url, context, nextLoad)

export function initialize({ watched, port }: LoaderData): void {
  const tell = (message: LoaderMessage) => port.postMessage(message)
  port.unref()
  const admit = createAdmit(watched, compileMatch(watched), tell)
  const admitLoaded = (url: string, specifier: string) => {
    const admitted = admit(url, specifier)
    if (admitted && url.startsWith('node:')) loadBuiltIn(url)
    return admitted
  }
  hook = createImportHook(admitLoaded, (error) => tell({ fault: (error as Error)?.stack ?? String(error) }))
}

/** To know its exports this thread loads it, too: that it is experimental is said once, by the application's thread. */
function loadBuiltIn(name: string): void {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    process.getBuiltinModule(name)
  } finally {
    process.emitWarning = emitWarning
  }
}

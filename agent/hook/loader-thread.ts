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
  hook = createImportHook(createAdmit(watched, compileMatch(watched), tell), (error) =>
    tell({ fault: (error as Error)?.stack ?? String(error) }),
  )
}

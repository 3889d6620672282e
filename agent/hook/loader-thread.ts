import type { LoadHook, LoadHookSync, ResolveHook, ResolveHookSync } from 'node:module'
import type { MessagePort } from 'node:worker_threads'
import { createAdmit } from './admit.ts'
import { createImportHook, type LoaderModule } from './loader.ts'
import { compileMatch } from './match.ts'

/** What the main thread hands to the loader thread of Node versions without safe synchronous hooks. */
export interface LoaderData {
  readonly watched: readonly LoaderModule[]
  readonly port: MessagePort
}

/** The parts of import-in-the-middle's hook that are used. */
export interface ImportHook {
  applyOptions(options: { shouldInclude: (url: string, specifier: string) => boolean }): void
  readonly resolve: ResolveHook
  readonly load: LoadHook
  readonly resolveSync: ResolveHookSync
  readonly loadSync: LoadHookSync
}

const hook = createImportHook()

export const { resolve, load } = hook

export function initialize({ watched, port }: LoaderData): void {
  port.unref()
  hook.applyOptions({
    shouldInclude: createAdmit(watched, compileMatch(watched), (refusal) => port.postMessage(refusal)),
  })
}

import type { LoadHook, LoadHookSync, ResolveHook, ResolveHookSync } from 'node:module'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

type Admit = (url: string, specifier: string) => boolean

/** The hooks for `import`, as Node takes them: asynchronous for the loader thread, synchronous in the same thread. */
export interface ImportHook {
  readonly resolve: ResolveHook
  readonly load: LoadHook
  readonly resolveSync: ResolveHookSync
  readonly loadSync: LoadHookSync
}

/**
 * import-in-the-middle's hook, loaded with the first module that it has to wrap: its lexers and parser are a fifth of
 * the start. Until then nothing is of its making, and what Node resolves and loads is what there is. `first` is called
 * before that.
 */
export function createImportHook(admit: Admit, fault: (error: unknown) => void, first = () => {}): ImportHook {
  let hook: ImportHook | undefined
  let failed = false

  /** The entry file is never wrapped. */
  const hookFor = (url: string, specifier: string, parentURL: string | undefined) => {
    if (failed || parentURL === undefined || !admit(url, specifier)) return undefined
    try {
      if (hook === undefined) first()
      hook ??= open(admit)
    } catch (error) {
      failed = true
      fault(error)
    }
    return hook
  }

  return {
    async resolve(specifier, context, nextResolve) {
      if (hook !== undefined) return hook.resolve(specifier, context, nextResolve)
      const result = await nextResolve(specifier, context)
      return hookFor(result.url, specifier, context.parentURL)?.resolve(specifier, context, nextResolve) ?? result
    },
    resolveSync(specifier, context, nextResolve) {
      // import-in-the-middle keeps the last `nextResolve` for its own use, and that of a require() can't resolve URLs.
      if (context.conditions?.includes('require')) return nextResolve(specifier, context)
      if (hook !== undefined) return hook.resolveSync(specifier, context, nextResolve)
      const result = nextResolve(specifier, context)
      return hookFor(result.url, specifier, context.parentURL)?.resolveSync(specifier, context, nextResolve) ?? result
    },
    load: (url, context, nextLoad) => (hook === undefined ? nextLoad(url, context) : hook.load(url, context, nextLoad)),
    loadSync: (url, context, nextLoad) =>
      hook === undefined ? nextLoad(url, context) : hook.loadSync(url, context, nextLoad),
  }
}

/** Bundled, over the installed package's registry. */
function open(shouldInclude: Admit): ImportHook {
  const require = createRequire(import.meta.url)
  const { createHook } = require('../../vendor/iitm.cjs') as {
    createHook: (meta: { url: string }) => ImportHook & { applyOptions: (options: object) => void }
  }
  const hook = createHook({ url: new URL('hook.mjs', pathToFileURL(require.resolve('import-in-the-middle'))).href })
  hook.applyOptions({ shouldInclude })
  return hook
}

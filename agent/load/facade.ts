import { createRequire, type LoadHook, type LoadHookSync, type ResolveHook, type ResolveHookSync } from 'node:module'
import { vendored } from '../chunk.ts'
import { lexed } from './lexed.ts'
import { sourceText } from './line.ts'

/** The hooks for `import`, as Node takes them: asynchronous for the loader thread, synchronous in the same thread. */
export interface ImportHook {
  readonly resolve: ResolveHook
  readonly load: LoadHook
  readonly resolveSync: ResolveHookSync
  readonly loadSync: LoadHookSync
}

/** True for the URL of a facade, or of a part of one. */
export const isFacade = (url: string) => /[?&]iitm=/.test(url)

/** The URL of the module behind a facade; undefined for what is no facade itself. */
export const behind = (url: string): string | undefined =>
  new URL(url).searchParams.get('iitm') === 'true' ? within(url) : undefined

/** The URL of the module that a facade, or a part of one, belongs to. */
export function within(url: string): string {
  const parsed = new URL(url)
  parsed.searchParams.delete('iitm')
  return parsed.href.replace(/^file:\/\/\/node:/, 'node:')
}

/** import-in-the-middle's hook, bundled, over the installed package's registry. */
export function openFacades(shouldInclude: (url: string) => boolean): ImportHook {
  const { createHook } = vendored<{
    createHook: (meta: { url: string }) => ImportHook & { applyOptions: (options: object) => void }
  }>('iitm')
  const hook = createHook({ url: installed('hook.mjs') })
  hook.applyOptions({ shouldInclude })
  return hook
}

/** What facades over that registry import. */
export const registryUrl = (): string => installed('lib/register.js')

function installed(file: string): string {
  const require = createRequire(import.meta.url)
  const { pathToFileURL } = require('node:url') as typeof import('node:url')
  return new URL(file, pathToFileURL(require.resolve('import-in-the-middle'))).href
}

/** The source of a facade, so that it can lose no name of the module behind it. */
export const whole = (source: unknown, url: string) => `${source}\nexport * from ${JSON.stringify(url)}\n`

/** The source of a module that stands for a facade that could not be made: it passes on the module behind it. */
export function passing(url: string, behind: { format?: string | null | undefined; source?: unknown }): string {
  const isDefault = behind.format?.startsWith('commonjs') || hasDefault(sourceText(behind.source) ?? '')
  const from = JSON.stringify(url)
  return `export * from ${from}\n${isDefault ? `export { default } from ${from}\n` : ''}`
}

function hasDefault(source: string): boolean {
  try {
    return lexed(source).exports.some(({ name }) => name === 'default')
  } catch {
    return /\bexport\s+default\b|\bas\s+default\b/.test(source)
  }
}

/**
 * import-in-the-middle emits a failure as a warning of the process: caught here instead. `hear` gets the URL of the
 * module that it could not wrap; gives a function that puts `emitWarning` back.
 */
export function hearFailures(hear: (url: string, cause: unknown) => void): () => void {
  const { emitWarning } = process
  process.emitWarning = ((warning: unknown, ...rest: never[]) => {
    const [, url] = /'import-in-the-middle' failed to wrap '([^']+)'/.exec(String(warning)) ?? []
    if (url === undefined) return emitWarning.call(process, warning as string, ...rest)
    hear(url, (warning as Error).cause ?? warning)
  }) as typeof emitWarning
  return () => {
    process.emitWarning = emitWarning
  }
}

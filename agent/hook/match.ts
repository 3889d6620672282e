import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A module to look for: a package, one of its internal files, or a file of the application's own. */
export interface Watched {
  readonly module: string
  readonly file?: string | undefined
}

/** Which of the watched modules a loaded one is, by its path and by the words it was asked for with. */
export type Match = (path: string | undefined, specifier: string | undefined) => readonly number[]

const extension = /\.[cm]?[jt]sx?$/

export function compileMatch(watched: readonly Watched[]): Match {
  const bySpecifier = new Map<string, number[]>()
  const byStem = new Map<string, number[]>()
  const byTail: { readonly tail: string; readonly index: number }[] = []
  watched.forEach(({ module, file }, index) => {
    if (isAbsolute(module)) for (const path of new Set([module, realPath(module)])) add(byStem, stem(path), index)
    else if (file === undefined) add(bySpecifier, module, index)
    else byTail.push({ tail: `${sep}node_modules${sep}${packageOf(module)}/${file}`.replaceAll('/', sep), index })
  })

  return (path, specifier) => {
    const named = (specifier !== undefined && bySpecifier.get(specifier)) || none
    if (path === undefined || (byStem.size === 0 && byTail.length === 0)) return named
    const own = stem(path)
    const filed = byStem.get(own) ?? none
    const inner = byTail.flatMap(({ tail, index }) => (own.endsWith(tail) ? [index] : []))
    return filed.length + inner.length > 0 ? [...new Set([...named, ...filed, ...inner])] : named
  }
}

/** `@scope/name` of `@scope/name/deep`. */
export function packageOf(module: string): string {
  return module.split('/', module.startsWith('@') ? 2 : 1).join('/')
}

/** The path of a module's URL without its query; a built-in's name is its own; undefined for any other that is no file. */
export function pathOf(url: string): string | undefined {
  if (url.startsWith('node:')) return url
  if (!url.startsWith('file:')) return undefined
  try {
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}

/** The file where it really is; one that is there under another extension only is looked for by its folder. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(realPath(folder), basename(path))
  }
}

/** A path without extension: TypeScript's `x.js` is written for `x.ts`, and one class may ship as .js, .cjs and .mjs. */
export const stem = (path: string) => path.replace(extension, '')

const none: readonly number[] = []

function add(map: Map<string, number[]>, key: string, index: number): void {
  map.set(key, [...(map.get(key) ?? []), index])
}

/** Whether a module is the file that the application was started with. */
export function isEntry(path: string): boolean {
  const entry = process.argv[1]
  return entry !== undefined && isAbsolute(path) && stem(realPath(path)) === stem(realPath(entry))
}

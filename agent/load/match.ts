import { realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Watched } from '../replace/patch.ts'
import { entriesOf } from './entries.ts'
import { type Package, packageAt } from './package.ts'

/**
 * The indexes of the watched modules that a loaded one is. The package that its file belongs to decides, so the words by
 * which it was asked for do not matter. `path` is a built-in's name, or the file's.
 */
export type Match = (path: string | undefined, specifier?: string) => readonly number[]

const extension = /\.[cm]?[jt]sx?$/

/** `conditions` are those by which a bundler finds a package's entry besides Node's. */
export function compileMatch(watched: readonly Watched[], conditions: readonly string[] = []): Match {
  const byBuiltIn = new Map<string, number[]>()
  const byStem = new Map<string, number[]>()
  const byName = new Map<string, number[]>()
  const byRoot = new Map<string, number[]>()
  watched.forEach(({ module, root }, index) => {
    if (isAbsolute(module)) for (const path of new Set([module, realPath(module)])) add(byStem, stem(path), index)
    else if (isBuiltin(module)) add(byBuiltIn, bare(module), index)
    else add(byName, packageOf(module), index)
    if (root !== undefined) add(byRoot, root, index)
  })
  const folders = new Map<string, Files | undefined>()

  return (path, specifier) => {
    if (path === undefined) return none
    if (!isAbsolute(path)) return byBuiltIn.get(bare(path)) ?? none
    const filed = (byStem.size > 0 && byStem.get(stem(path))) || none
    const files = filesIn(dirname(path))
    return files === undefined ? filed : [...filed, ...hitsIn(files, path, specifier)]
  }

  function filesIn(folder: string): Files | undefined {
    if (folders.has(folder)) return folders.get(folder)
    const found = packageAt(folder)
    const files = found === undefined || found.root === folder ? compile(found) : filesIn(found.root)
    folders.set(folder, files)
    return files
  }

  function compile(found: Package | undefined): Files | undefined {
    if (found === undefined) return undefined
    const { name, root } = found
    const indexes = new Set([...(byName.get(name) ?? none), ...(byRoot.get(root) ?? none)])
    if (indexes.size === 0) return undefined
    const files: Files = { root: root + sep, inner: new Map(), entries: new Map(), named: new Map() }
    for (const index of indexes) {
      const { module, file } = watched[index] as Watched
      if (file !== undefined) {
        add(files.inner, file, index)
        continue
      }
      add(files.named, module, index)
      const path = `.${module.slice(packageOf(module).length)}`
      for (const entry of new Set(entriesOf(root, path, conditions).map(stem))) add(files.entries, entry, index)
    }
    return files
  }
}

/** The watched files of one package, by their stems from its root on. */
interface Files {
  readonly root: string
  readonly inner: Map<string, number[]>
  /** The files that a watched name leads to. */
  readonly entries: Map<string, number[]>
  /** By the watched name itself, when the application resolves modules in its own way. */
  readonly named: Map<string, number[]>
}

function hitsIn({ root, inner, entries, named }: Files, path: string, specifier: string | undefined): Set<number> {
  const within = stem(path).slice(root.length).replaceAll(sep, '/')
  const entered = isInner(root, path, specifier) ? none : (entries.get(within) ?? none)
  return new Set([...(named.get(specifier ?? '') ?? none), ...entered, ...(inner.get(within) ?? none)])
}

/**
 * True when a file of the package itself imports it, by a relative path. Such files may be in a circle, which a facade
 * would break.
 */
function isInner(root: string, path: string, specifier: string | undefined): boolean {
  if (specifier === undefined || !/^\.{1,2}\//.test(specifier)) return false
  const rest = sep + (specifier.replace(/^(\.{1,2}\/)+/, '').split(/[?#]/)[0] ?? '').replaceAll('/', sep)
  return path.endsWith(rest) && path.length - rest.length >= root.length - sep.length
}

/** `fs` of `node:fs`. */
const bare = (name: string) => name.replace(/^node:/, '')

/** `@scope/name` of `@scope/name/deep`. */
export function packageOf(module: string): string {
  return module.split('/', module.startsWith('@') ? 2 : 1).join('/')
}
/** The path of a module's URL without its query; a built-in's name is its own; undefined for any other that is not a file. */
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
export const stem = (path: string) => withDrive(path).replace(extension, '')

/** `c:` and `C:` are one drive; which of them a path has depends on where it was typed. */
const withDrive = (path: string) => (/^[a-z]:/.test(path) ? path.charAt(0).toUpperCase() + path.slice(1) : path)

const none: readonly number[] = []

function add(map: Map<string, number[]>, key: string, index: number): void {
  map.set(key, [...(map.get(key) ?? []), index])
}

/** True when a module is the file that the application was started with. */
export function isEntry(path: string): boolean {
  const entry = process.argv[1]
  return entry !== undefined && isAbsolute(path) && stem(realPath(path)) === stem(realPath(entry))
}

import { statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { UsageError } from '../command.ts'
import { parseFile, type Tree } from './parse.ts'
import { type Import, readStatement } from './statements.ts'

/** A file, as far as its text tells. */
export interface Module {
  readonly file: string
  /** As messages and comments name it. */
  readonly shown: string
  readonly isEsm: boolean
  /** The value of each name of the file: a declaration, or the value that a variable begins with. */
  readonly locals: ReadonlyMap<string, Tree>
  readonly types: ReadonlyMap<string, Tree>
  readonly imports: ReadonlyMap<string, Import>
  /** An export's name, and its value; `default` is `module.exports` too. */
  readonly exports: ReadonlyMap<string, Tree | Import>
  /** `export * from`. */
  readonly stars: readonly string[]
  /** `Store.prototype.search = …`, `search.fast = …`, by the name before them. */
  readonly added: readonly {
    readonly to: string
    readonly key: string
    readonly isStatic: boolean
    readonly value: Tree
  }[]
  /** A mistake in it that the parser could get over. */
  readonly problem?: string | undefined
}

/** Reads modules, each once, up to a bound; `follow` gives undefined for a package, and for what can't be read. */
export function createModules(cwd: string, most = 50) {
  const known = new Map<string, Module | undefined>()
  const skipped: string[] = []

  const open = (file: string): Module => {
    const module = readModule(file, nearPath(file, cwd))
    known.set(file, module)
    return module
  }
  const follow = (from: string, by: Module): Module | undefined => {
    const file = fileOf(from, by.file)
    if (file === undefined) return undefined
    if (known.has(file)) return known.get(file)
    if (known.size >= most) {
      skipped.push(`${nearPath(file, cwd)} was not read: discover reads no more files than this (${most})`)
      known.set(file, undefined)
      return undefined
    }
    try {
      return open(file)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      skipped.push(error.message)
      known.set(file, undefined)
      return undefined
    }
  }
  return { open, follow, skipped }
}
export type Modules = ReturnType<typeof createModules>

/** A path as comments show it: below the folder, or as it is. */
function nearPath(file: string, cwd: string): string {
  const path = relative(cwd, file).replaceAll('\\', '/')
  return path.startsWith('../../..') ? file : path
}

/** The file that a relative import means: TypeScript writes `x.js` for `x.ts`. */
function fileOf(from: string, by: string): string | undefined {
  if (!/^\.{1,2}(\/|$)/.test(from)) return undefined
  const path = resolve(dirname(by), from)
  const ends = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx']
  const stems = [path, path.replace(/\.([cm]?)jsx?$/, '.$1ts'), path.replace(/\.jsx?$/, '.tsx')]
  const names = [...stems, ...ends.map((end) => path + end), ...ends.slice(1).map((end) => `${path}/index${end}`)]
  return names.find((name) => /\.[cm]?[jt]sx?$/.test(name) && isFile(name))
}

/** Also of a path through a file, for which stat throws. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function readModule(file: string, shown: string): Module {
  const { program, problem } = parseFile(file, shown)
  const module = {
    file,
    shown,
    isEsm: program.body.some(({ type }: Tree) => /^(Import|Export(Named|Default|All))/.test(type)),
    locals: new Map<string, Tree>(),
    types: new Map<string, Tree>(),
    imports: new Map<string, Import>(),
    exports: new Map<string, Tree | Import>(),
    stars: [] as string[],
    added: [] as { to: string; key: string; isStatic: boolean; value: Tree }[],
    problem,
  }
  for (const node of program.body) readStatement(node, module)
  return module
}

import { basename, isAbsolute } from 'node:path'
import { packageOf, stem } from '../agent/load/match.ts'
import type { ModulePatch } from '../agent/replace/patch.ts'

/** Patterns in Go's syntax, by which esbuild itself leaves out most of what it asks for. They let too much through. */
export function filtersOf(modules: readonly ModulePatch[]) {
  const own = modules.flatMap(({ module, root, userEntry }) => (userEntry && isAbsolute(module) ? [module] : (root ?? [])))
  const files = modules.flatMap(({ module, file }) => file ?? (isAbsolute(module) ? stem(module) : []))
  const packages = modules.flatMap(({ module }) => (isAbsolute(module) ? [] : packageOf(module)))
  const folders = anyOf(packages.map((name) => escaped(name).replace('/', separator)))
  return {
    /** Names of packages, and relative ones that end as a file that is watched. */
    specifier: new RegExp(`^[^.]|(?:^|/)${anyOf(files.map((file) => escaped(basename(file))))}${extension}$`),
    path: new RegExp(
      [`node_modules${separator}${folders}${separator}.*\\.c?js$`, ...own.map((path) => escaped(stem(path)))].join('|'),
    ),
  }
}

const separator = '[/\\\\]'
const extension = '(?:\\.[cm]?[jt]sx?)?'
const anyOf = (patterns: readonly string[]) => `(?:${[...new Set(patterns)].join('|')})`
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, resolve } from 'node:path'
import { assignedLater, importsOf } from './assigned.ts'
import { isTypeScript, lexed, treeOf } from './lexed.ts'

/**
 * The exports of an ES module that may change after it was evaluated (`export let`, lazily filled classes), its
 * re-exports included. import-in-the-middle hands importers a copy of each binding, so these would break.
 */
export function liveExports(path: string, wanted?: string, seen = new Set<string>()): string[] {
  const key = `${path} ${wanted}`
  if (seen.has(key) || seen.size > 500) return []
  seen.add(key)
  const source = readFileSync(path, 'utf8')
  const { exports } = lexed(source)
  const follow = (from: string | undefined, name: string | undefined) => {
    const file = from && fileOf(from, path)
    return file ? liveExports(file, name, seen) : []
  }

  const locals = exports.flatMap(({ type, name, localName }) =>
    type === 'direct' && localName && (wanted === undefined || wanted === name) ? [localName] : [],
  )
  const inner = exports.flatMap(({ type, name, from, importName }) => {
    if (type === 'direct' || (type === 'reexport' && wanted !== undefined && wanted !== name)) return []
    // A namespace is live in itself.
    if (importName === null) return []
    return follow(from, type === 'reexport' ? importName : wanted)
  })
  const suspects = suspectsIn(source, locals)
  const imports = importedNames(source)
  const imported = locals.filter((name) => imports.has(name))
  if (suspects.length + imported.length === 0) return inner
  const tree = treeOf(source, isTypeScript(path))
  if (tree === undefined) return [...suspects.filter((name) => isAssigned(source, name)), ...inner]
  const passedOn = importsOf(tree).flatMap(({ local, from, name }) =>
    imported.includes(local) ? follow(from, name) : [],
  )
  return [...assignedLater(tree, suspects), ...passedOn, ...inner]
}

/** The file of a re-export; undefined for one that require() does not find. */
export function fileOf(from: string, path: string): string | undefined {
  if (!from.startsWith('.')) {
    try {
      const file = createRequire(path).resolve(from)
      return isAbsolute(file) ? file : undefined
    } catch {
      return undefined
    }
  }
  const file = resolve(dirname(path), from)
  const ends = ['', '.ts', '.js', '.mjs', '/index.ts', '/index.js']
  const names = [...ends.map((end) => file + end), file.replace(/js$/, 'ts'), file.replace(/js$/, 'tsx')]
  return names.find((name) => statSync(name, { throwIfNoEntry: false })?.isFile())
}

const gap = '(?:\\s|/\\*(?:[^*]|\\*(?!/))*\\*/|//[^\\n]*\\n)*'
const assign = '(?:[-+*/%&|^]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)?=(?![=>])'
const identifier = '(?<![\\w$.])([\\p{ID_Start}$_][\\p{ID_Continue}$]*)(?![\\p{ID_Continue}$])'
const declaration = new RegExp(`\\b(?:const|let|var)\\s+${identifier}\\s*=(?!=)`, 'gu')
const assignment = new RegExp(`${identifier}(?:${gap}\\))*${gap}${assign}`, 'gu')
const changes = [
  new RegExp(`${identifier}[\\s)]*(?:\\+\\+|--)`, 'gu'),
  new RegExp(`(?:\\+\\+|--)[\\s(]*${identifier}`, 'gu'),
  new RegExp(`\\bfor\\s*(?:await\\s*)?\\(\\s*${identifier}\\s+(?:of|in)\\b`, 'gu'),
]
const destructuring = /[\]}]\s*=(?![=>])|\bfor\s*(?:await\s*)?\(\s*[[{]/
const element = new RegExp(`(?:[[{,:]|\\.\\.\\.)${gap}${identifier.replace('.]', ']')}(?=${gap}[\\]},=])`, 'gu')

/** A quick look, one pass a pattern, that finds too many rather than too few. */
function suspectsIn(source: string, names: readonly string[]): string[] {
  const left = new Map(names.map((name) => [name, 0]))
  const count = (pattern: RegExp, by: number, text = source) => {
    for (const [, name = ''] of text.matchAll(pattern)) {
      const known = left.get(name)
      if (known !== undefined) left.set(name, known + by)
    }
  }
  if (names.length === 0) return []
  count(declaration, -1)
  count(assignment, 1)
  for (const pattern of changes) count(pattern, Number.POSITIVE_INFINITY)
  // Lists of exports look like patterns.
  if (destructuring.test(source))
    count(element, Number.POSITIVE_INFINITY, source.replace(/\b(?:export|import)\s*\{[^}]*\}/g, ''))
  return names.filter((name) => (left.get(name) ?? 0) > 0)
}

/** The same for a text that can't be parsed: an assignment where a statement or an expression begins, and no type. */
function isAssigned(text: string, name: string): boolean {
  const source = text.replace(/\benum\s+[\w$]+\s*\{[^}]*\}/g, '')
  const its = name.replaceAll('$', '\\$')
  const begins = '(?<=(?:^|[;{}()>\\n])[ \\t]*)'
  return [
    `${begins}${its}\\s*(?:${assign}|\\+\\+|--)`,
    `${begins}(?:\\+\\+|--)\\s*${its}(?![\\w$])`,
    `${begins}[[{][^;\\n]*(?<![\\w$.])${its}(?![\\w$])[^;\\n]*[\\]}]\\s*=(?![=>])`,
  ].some((pattern) => new RegExp(pattern).test(source))
}

function importedNames(source: string): ReadonlySet<string> {
  const clauses = Array.from(source.matchAll(/\bimport\b([^;'"()]*)\bfrom\b/g), ([, clause = '']) => clause)
  return new Set(clauses.flatMap((clause) => clause.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []))
}

import { readFileSync } from 'node:fs'
import * as module from 'node:module'
import { dirname, resolve } from 'node:path'
import type { parse as Parse } from 'acorn'

// biome-ignore lint/suspicious/noExplicitAny: syntax trees are walked by shape
type Tree = any
/** What es-module-lexer tells of one export. */
interface Lexed {
  readonly type: 'direct' | 'reexport' | 'reexport-all'
  readonly localName?: string
  readonly importName?: string
  readonly from?: string
}

/**
 * The exports of an ES module that may change after it was evaluated (`export let`, lazily filled classes), its
 * relative re-exports included. import-in-the-middle hands importers a copy of each binding, so these would break.
 */
export function liveExports(path: string, wanted?: string, seen = new Set<string>()): string[] {
  const key = `${path} ${wanted}`
  if (seen.has(key) || seen.size > 500) return []
  seen.add(key)
  const source = readFileSync(path, 'utf8')
  const vendor = module.createRequire(import.meta.url)('../../vendor/live.cjs') as {
    lex: (source: string) => Lexed[][]
    parseAst: typeof Parse
  }
  const exports = (vendor.lex(source)[1] ?? []) as (Lexed & { name?: string })[]

  const locals = exports.flatMap(({ type, name, localName }) =>
    type === 'direct' && localName && (wanted === undefined || wanted === name) ? [localName] : [],
  )
  const inner = exports.flatMap(({ type, name, from, importName }) => {
    if (!from?.startsWith('.') || (type === 'reexport' && wanted !== undefined && wanted !== name)) return []
    return liveExports(resolve(dirname(path), from), type === 'reexport' ? importName : wanted, seen)
  })
  return [...assignedLater(path, source, locals, vendor.parseAst), ...inner]
}

/** Which of a module's own names are assigned inside a function, so possibly after the module was evaluated. */
function assignedLater(path: string, source: string, names: readonly string[], parseAst: typeof Parse): string[] {
  const suspects = names.filter((name) => isSuspect(source, name))
  if (suspects.length === 0) return []
  let tree: Tree
  try {
    const plain = /\.[cm]?tsx?$/.test(path) ? stripTypes(source) : source
    tree = parseAst(plain, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
  } catch {
    return suspects // What can't be parsed is not touched.
  }
  const found = new Set<string>()
  visit(tree, new Set(suspects), false, found)
  return [...found]
}

/** A quick look that finds too many rather than too few: the name stands left of an assignment or of ++ more than at its declaration. */
function isSuspect(source: string, name: string): boolean {
  const escaped = name.replaceAll('$', '\\$')
  const before = '(?<![\\w$.])'
  const declared = source.match(new RegExp(`\\b(?:const|let|var)\\s+${escaped}\\s*=(?!=)`, 'g'))?.length ?? 0
  const assigned =
    source.match(new RegExp(`${before}${escaped}\\s*(?:[-+*/%&|^]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)?=(?![=>])`, 'g'))
      ?.length ?? 0
  const other = new RegExp(
    `${before}${escaped}\\s*(?:\\+\\+|--)|(?:\\+\\+|--)\\s*${escaped}(?![\\w$])|[\\[{,]\\s*${escaped}\\s*[\\]},][^;]*=|\\bfor\\s*\\(\\s*${escaped}\\s+(?:of|in)\\b`,
  )
  return assigned > declared || other.test(source)
}

function visit(node: Tree, names: ReadonlySet<string>, inFunction: boolean, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, names, inFunction, found)
    return
  }
  if (node === null || typeof node !== 'object' || typeof node.type !== 'string' || names.size === 0) return
  let inner = names
  let inside = inFunction
  if (/Function/.test(node.type)) {
    inside = true
    inner = without(names, [...node.params.flatMap(boundBy), ...declaredIn(node.body, true)])
  } else if (node.type === 'BlockStatement' && inFunction) {
    inner = without(names, declaredIn(node, false))
  }
  if (inside) {
    const targets =
      node.type === 'AssignmentExpression' || /^For(Of|In)Statement$/.test(node.type) ? boundBy(node.left) : []
    if (node.type === 'UpdateExpression') targets.push(...boundBy(node.argument))
    for (const name of targets) if (inner.has(name)) found.add(name)
  }
  for (const key of Object.keys(node)) if (key !== 'type') visit(node[key], inner, inside, found)
}

/** The names that a pattern binds or assigns. */
function boundBy(pattern: Tree): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap((one: Tree) => boundBy(one.value ?? one.argument))
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundBy)
    case 'AssignmentPattern':
      return boundBy(pattern.left)
    case 'RestElement':
      return boundBy(pattern.argument)
    default:
      return []
  }
}

/** The names that a block declares; with `deep`, also the `var`s further down in the same function. */
function declaredIn(node: Tree, deep: boolean): string[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap((one) => declaredIn(one, deep))
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }: Tree) => boundBy(id))
  if (/^(Function|Class)Declaration$/.test(node.type)) return node.id ? [node.id.name] : []
  if (/Function|^Class/.test(node.type)) return []
  if (node.type === 'BlockStatement' && !deep)
    return node.body.flatMap((one: Tree) => (/Declaration$/.test(one.type) ? declaredIn(one, false) : []))
  return deep ? Object.keys(node).flatMap((key) => (key === 'type' ? [] : declaredIn(node[key], true))) : []
}

function without(names: ReadonlySet<string>, shadowed: readonly string[]): ReadonlySet<string> {
  return shadowed.some((name) => names.has(name))
    ? new Set([...names].filter((name) => !shadowed.includes(name)))
    : names
}

function stripTypes(source: string): string {
  const { stripTypeScriptTypes } = module as { stripTypeScriptTypes?: (code: string) => string }
  if (stripTypeScriptTypes === undefined) throw new Error('no type stripping in this Node')
  return stripTypeScriptTypes(source)
}

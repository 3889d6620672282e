import type { Fixed } from '../locate/bindings.ts'
import type { PathStart } from '../locate/path.ts'
import { boundBy, type Tree } from './assigned.ts'
import { type LexedExport, lexed, treeOf } from './lexed.ts'

/** The exports at which paths begin, by whether the module's own code can set them. */
export interface Settable {
  /** The names inside of the module of those that can be set, by their names outside. */
  readonly locals: ReadonlyMap<string, string>
  /** The others that would have to be set. */
  readonly fixed: ReadonlyMap<string, Fixed>
}

/**
 * Functions, classes, `let` and `var` can be set by a line in their module, a named default too; a `const`, what has no
 * name, and what another file exports can't. Throws where the source can't be lexed.
 */
export function settableIn(source: string, pathStarts: readonly PathStart[], isTypeScript: boolean): Settable {
  const { exports } = lexed(source)
  const locals = new Map<string, string>()
  const fixed = new Map<string, Fixed>()
  let tree: { readonly parsed: Tree } | undefined
  const isConst = (local: string) => {
    const kinds = kindsOf(source, local)
    if (kinds.size > 0 && !kinds.has('const')) return false
    tree ??= { parsed: treeOf(source, isTypeScript) }
    return tree.parsed === undefined || !isDeclaredFree(tree.parsed, local)
  }
  const reasonFor = (name: string, found: LexedExport | undefined): Fixed | undefined => {
    // It may come from an `export *`; else it is a property of the default export.
    if (found === undefined) return exports.some(({ type }) => type === 'reexport-all') ? 'elsewhere' : undefined
    if (found.type !== 'direct') return 'elsewhere'
    if (found.localName === undefined) return 'unnamed'
    if (!identifier.test(found.localName) || isConst(found.localName)) return 'const'
    locals.set(name, found.localName)
    return undefined
  }

  for (const { name, sets, proto } of pathStarts) {
    if (locals.has(name) || (fixed.has(name) && sets)) continue
    const found = exports.find((one) => one.name === name)
    const reason = reasonFor(name, found)
    const isNamespace = found?.importName === null
    if (reason !== undefined && (sets || isNamespace || (!proto && hardened.test(source)))) fixed.set(name, reason)
  }
  return { locals, fixed }
}

/** Properties of a frozen object can't be replaced; the export of the object can. */
const hardened = /\b(?:freeze|seal|definePropert(?:y|ies))\b/
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** The kinds of all declarations of a name in the text: nearly always one, and then no parser need be loaded. */
function kindsOf(source: string, name: string): ReadonlySet<string> {
  const its = name.replaceAll('$', '\\$')
  const pattern = new RegExp(
    `(?<![\\p{ID_Continue}$.])(?:(const|let|var|class)\\s+|function(?:\\s*\\*\\s*|\\s+))${its}(?![\\p{ID_Continue}$])`,
    'gu',
  )
  return new Set(Array.from(source.matchAll(pattern), ([, kind = 'function']) => kind))
}

/** True when the module declares the name itself, as something that can be assigned to. */
function isDeclaredFree(tree: Tree, name: string): boolean {
  return tree.body.some((node: Tree) => {
    const declared = node.declaration ?? node
    if (declared.type === 'VariableDeclaration')
      return (
        (declared.kind === 'let' || declared.kind === 'var') &&
        declared.declarations.some(({ id }: Tree) => boundBy(id).includes(name))
      )
    return /^(Function|Class)Declaration$/.test(declared.type) && declared.id?.name === name
  })
}

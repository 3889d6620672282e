import { readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { boundBy, importsOf, type Tree } from './assigned.ts'
import { isTypeScript, lexed, treeOf } from './lexed.ts'
import { fileOf } from './live-bindings.ts'

interface File {
  readonly source: string
  /** The files that it imports, by the words for them. */
  readonly imports: ReadonlyMap<string, string>
}

/**
 * True when a module is in a circle of imports whose other files use what they import while they are evaluated: a function
 * that is hoisted, a class that is extended through a barrel. A facade has its values only after that.
 */
export function isUsedInCircle(path: string): boolean {
  const files = new Map<string, File>()
  read(path, files)
  const inside = leadingTo(path, files)
  return [...inside].some((file) => file !== path && usesAtOnce(file, files.get(file) as File, inside))
}

/** All that it leads to, other people's packages left out. */
function read(path: string, files: Map<string, File>): void {
  if (files.has(path) || files.size >= 500) return
  const file = { source: '', imports: new Map<string, string>() }
  files.set(path, file)
  try {
    file.source = readFileSync(path, 'utf8')
    for (const { type, specifier, typeOnly } of lexed(file.source).imports) {
      if (specifier === null || typeOnly || type === 'dynamic' || type === 'import-meta') continue
      const to = fileOf(specifier, path)
      if (to === undefined || to.includes(`${sep}node_modules${sep}`)) continue
      file.imports.set(specifier, to)
      read(to, files)
    }
  } catch {
    // A file that can't be read imports nothing.
  }
}

/** The files from which imports lead to this one, itself among them where it is in a circle. */
function leadingTo(path: string, files: ReadonlyMap<string, File>): Set<string> {
  const found = new Set<string>()
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const [file, { imports }] of files)
      if ([...imports.values()].some((to) => to === path || found.has(to))) found.add(file)
  }
  return found
}

function usesAtOnce(path: string, { source, imports }: File, inside: ReadonlySet<string>): boolean {
  const tree = treeOf(source, isTypeScript(path))
  if (tree === undefined) return true
  const isInside = (from: string) => inside.has(imports.get(from) ?? '')
  const theirs = importsOf(tree, true).flatMap(({ local, from }) => (isInside(from) ? [local] : []))
  if (theirs.length === 0) return false
  const bodies = new Map<string, Set<string>>()
  const used = new Set<string>()
  for (const node of tree.body) {
    const declared = node.declaration ?? node
    if (/^(Import|ExportAll)/.test(node.type) || (node.type === 'ExportNamedDeclaration' && declared === node)) continue
    for (const name of namesOf(declared)) {
      const whole = bodies.get(name) ?? new Set()
      bodies.set(name, whole)
      collect(declared, whole, true)
    }
    collect(declared, used, false)
  }
  // The loop also visits the names that it adds.
  for (const name of used) for (const inner of bodies.get(name) ?? []) used.add(inner)
  return theirs.some((name) => used.has(name))
}

const namesOf = (node: Tree): string[] =>
  node.type === 'VariableDeclaration'
    ? node.declarations.flatMap(({ id }: Tree) => boundBy(id))
    : node.id
      ? [node.id.name]
      : []

/** Adds the names in a node: all, or those that its own evaluation uses. */
function collect(node: Tree, names: Set<string>, whole: boolean): void {
  if (Array.isArray(node)) {
    for (const one of node) collect(one, names, whole)
    return
  }
  if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return
  if (node.type === 'Identifier') names.add(node.name)
  if (!whole && node.type === 'CallExpression') {
    // A function that is called where it stands, or is handed to what may call it at once.
    collect(node.callee, names, /Function/.test(node.callee.type))
    collect(node.arguments, names, true)
    return
  }
  if (!whole && node.type === 'NewExpression') collect(node.arguments, names, true)
  if (!whole && /Function/.test(node.type)) return
  if (!whole && node.type === 'PropertyDefinition' && !node.static) {
    if (node.computed) collect(node.key, names, whole)
    return
  }
  for (const key in node) {
    const isName = (node.type === 'MemberExpression' && key === 'property') || key === 'key'
    // A declaration does not use its own name.
    const isDeclared = !whole && key === 'id'
    if (typeof node[key] === 'object' && !isDeclared && !(isName && !node.computed)) collect(node[key], names, whole)
  }
}

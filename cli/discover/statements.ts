import type { Tree } from './parse.ts'

/** An export of another file; `*` is all that it exports. */
export interface Import {
  readonly from: string
  readonly name: string
}

export const isImport = (value: Tree | Import): value is Import => 'from' in value && !('type' in value)

/** A module that is being read. */
export interface Draft {
  readonly locals: Map<string, Tree>
  readonly types: Map<string, Tree>
  readonly imports: Map<string, Import>
  readonly exports: Map<string, Tree | Import>
  readonly stars: string[]
  readonly added: { to: string; key: string; isStatic: boolean; value: Tree }[]
}

/** Reads what a statement of the file's own level declares, imports and exports into the draft. */
export function readStatement(node: Tree, module: Draft): void {
  switch (node.type) {
    case 'ImportDeclaration':
      if (node.importKind !== 'type') readImport(node, module.imports)
      return
    case 'ExportNamedDeclaration':
      if (node.exportKind !== 'type') readNamed(node, module)
      return
    case 'ExportDefaultDeclaration':
      declare(node.declaration, module)
      module.exports.set('default', node.declaration)
      return
    case 'ExportAllDeclaration':
      if (node.exportKind !== 'type') module.stars.push(node.source.value)
      return
    case 'TSExportAssignment':
      module.exports.set('default', node.expression)
      return
    case 'ExpressionStatement':
      readAssignment(node.expression, module)
      return
    default:
      declare(node, module)
  }
}

function readImport(node: Tree, imports: Map<string, Import>): void {
  for (const { type, local, imported, importKind } of node.specifiers) {
    const name = type === 'ImportNamespaceSpecifier' ? '*' : (imported?.name ?? imported?.value ?? 'default')
    if (importKind !== 'type') imports.set(local.name, { from: node.source.value, name })
  }
}

function readNamed({ declaration, specifiers, source }: Tree, { exports, ...rest }: Draft): void {
  for (const name of declare(declaration, { exports, ...rest })) exports.set(name, identifier(name))
  for (const { type, local, exported, exportKind } of specifiers) {
    const name = exported.name ?? exported.value
    if (exportKind === 'type') continue
    if (source === null || source === undefined) exports.set(name, local)
    else
      exports.set(name, {
        from: source.value,
        name: type === 'ExportNamespaceSpecifier' ? '*' : type === 'ExportDefaultSpecifier' ? 'default' : nameOf(local),
      })
  }
}

const nameOf = (node: Tree): string => node.name ?? node.value
const identifier = (name: string): Tree => ({ type: 'Identifier', name })

/** Keeps what a statement declares; gives the names. */
function declare(node: Tree, { locals, types }: Draft): string[] {
  switch (node?.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      if (node.id) locals.set(node.id.name, node)
      return node.id && !node.declare ? [node.id.name] : []
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      types.set(node.id.name, node)
      return []
    case 'VariableDeclaration':
      if (node.declare) return []
      return node.declarations.flatMap(({ id, init }: Tree) => {
        if (id.type === 'Identifier') {
          locals.set(id.name, init ?? { type: 'Unknown', loc: id.loc })
          return [id.name]
        }
        return destructured(id, init).map(([name, value]) => {
          locals.set(name, value)
          return name
        })
      })
    default:
      return []
  }
}

/** `const { a, b: c } = require('./x')`. */
function destructured(id: Tree, init: Tree): [string, Tree][] {
  if (id.type !== 'ObjectPattern') return []
  return id.properties.flatMap((one: Tree) => {
    const local = one.value?.type === 'AssignmentPattern' ? one.value.left : one.value
    if (one.type !== 'ObjectProperty' || one.computed || local.type !== 'Identifier') return []
    return [[local.name, { type: 'MemberExpression', object: init, property: one.key, loc: one.loc }]]
  })
}

/** `module.exports = …`, `exports.x = …`, `Store.prototype.search = …`. */
function readAssignment(node: Tree, module: Draft): void {
  if (node.type !== 'AssignmentExpression' || node.operator !== '=') return
  const path = wayOf(node.left)
  const value = node.right
  if (value.type === 'AssignmentExpression') readAssignment(value, module)
  const below = path[0] === 'module' && path[1] === 'exports' ? path.slice(2) : undefined
  const exported = below ?? (path[0] === 'exports' && path.length > 1 ? path.slice(1) : undefined)
  const last = lastOf(value)
  if (exported?.length === 0) module.exports.set('default', last)
  else if (exported?.length === 1) module.exports.set(exported[0] as string, last)
  else if (exported !== undefined) return
  else if (path.length === 3 && path[1] === 'prototype')
    module.added.push({ to: path[0] as string, key: path[2] as string, isStatic: false, value: last })
  else if (path.length === 2)
    module.added.push({ to: path[0] as string, key: path[1] as string, isStatic: true, value: last })
}

/** `a = b = value`. */
const lastOf = (value: Tree): Tree => (value.type === 'AssignmentExpression' ? lastOf(value.right) : value)

/** `['Store', 'prototype', 'search']`; empty for what is not names alone. */
function wayOf(node: Tree): string[] {
  if (node.type === 'Identifier') return [node.name]
  if (node.type !== 'MemberExpression') return []
  const before = wayOf(node.object)
  const key = node.computed
    ? node.property.type === 'StringLiteral'
      ? node.property.value
      : undefined
    : node.property.name
  return before.length === 0 || typeof key !== 'string' ? [] : [...before, key]
}

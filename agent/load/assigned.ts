// biome-ignore lint/suspicious/noExplicitAny: syntax trees are walked by shape
export type Tree = any

/** A module's imports by name, a default included, and with `all` of whole namespaces. */
export function importsOf(
  tree: Tree,
  all = false,
): { readonly local: string; readonly from: string; readonly name: string }[] {
  return tree.body.flatMap((node: Tree) => {
    if (node.type !== 'ImportDeclaration') return []
    return node.specifiers.flatMap(({ type, local, imported }: Tree) =>
      type === 'ImportNamespaceSpecifier' && !all
        ? [] // A namespace is live in itself.
        : [{ local: local.name, from: node.source.value, name: imported?.name ?? imported?.value ?? 'default' }],
    )
  })
}

/** Those of a module's own names that are assigned in code that may run after the module was evaluated. */
export function assignedLater(tree: Tree, names: readonly string[]): string[] {
  const wanted = new Set(names)
  const found = new Set<string>()
  if (names.length > 0) visit(tree, { wanted, found, ancestors: [], later: 0 })
  return [...found]
}

interface Visit {
  readonly wanted: ReadonlySet<string>
  readonly found: Set<string>
  /** The nodes around this one. */
  readonly ancestors: Tree[]
  /** The number of them that run after the module was evaluated. */
  later: number
}

/** `once` is a function that is called where it stands. */
function visit(node: Tree, state: Visit, once?: Tree): void {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, state, once)
    return
  }
  if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return
  const later = (isFunction(node) && node !== once) || (node.type === 'PropertyDefinition' && !node.static)
  state.ancestors.push(node)
  if (later) state.later++
  if (state.later > 0) {
    for (const name of assignedBy(node)) {
      const shadowed = () => state.ancestors.some((outer) => declaredBy(outer).includes(name))
      if (state.wanted.has(name) && !state.found.has(name) && !shadowed()) state.found.add(name)
    }
  }
  const called = node.type === 'CallExpression' ? calledAtOnce(node.callee) : undefined
  const passed = called ?? (node.type === 'MemberExpression' ? once : undefined)
  for (const key in node) if (typeof node[key] === 'object') visit(node[key], state, passed)
  if (later) state.later--
  state.ancestors.pop()
}

function assignedBy(node: Tree): string[] {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'ForOfStatement':
    case 'ForInStatement':
      return boundBy(node.left)
    case 'UpdateExpression':
      return boundBy(node.argument)
    default:
      return none
  }
}

const none: string[] = []
const isFunction = (node: Tree) => /Function/.test(node.type)

/** `(() => {})()` and `(function () {}).call(this)`, unless they may go on later. */
function calledAtOnce(callee: Tree): Tree {
  const found =
    callee.type === 'MemberExpression' && /^(call|apply)$/.test(callee.property.name) ? callee.object : callee
  return isFunction(found) && !found.async && !found.generator ? found : undefined
}

/** The names that a pattern binds or assigns. */
export function boundBy(pattern: Tree): string[] {
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

/** The names that mean something else inside of a node. */
function declaredBy(node: Tree): string[] {
  if (isFunction(node)) {
    const functionName = node.type === 'FunctionExpression' && node.id ? [node.id.name] : []
    return [...functionName, ...node.params.flatMap(boundBy), ...lexical(node.body.body), ...varsIn(node.body)]
  }
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node.id ? [node.id.name] : []
    case 'BlockStatement':
      return lexical(node.body)
    case 'StaticBlock':
      return [...lexical(node.body), ...varsIn(node.body)]
    case 'ForStatement':
      return lexical([node.init])
    case 'ForOfStatement':
    case 'ForInStatement':
      return lexical([node.left])
    case 'CatchClause':
      return boundBy(node.param)
    case 'SwitchStatement':
      return lexical(node.cases.flatMap(({ consequent }: Tree) => consequent))
    default:
      return []
  }
}

function lexical(statements: Tree): string[] {
  if (!Array.isArray(statements)) return []
  return statements.flatMap((one) => {
    if (one?.type === 'VariableDeclaration' && one.kind !== 'var')
      return one.declarations.flatMap(({ id }: Tree) => boundBy(id))
    return /^(Function|Class)Declaration$/.test(one?.type) && one.id ? [one.id.name] : []
  })
}

function varsIn(node: Tree): string[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(varsIn)
  if (node.type === 'VariableDeclaration')
    return node.kind === 'var' ? node.declarations.flatMap(({ id }: Tree) => boundBy(id)) : []
  if (typeof node.type === 'string' && /Function|^Class/.test(node.type)) return []
  return Object.keys(node).flatMap((key) => (key === 'type' ? [] : varsIn(node[key])))
}

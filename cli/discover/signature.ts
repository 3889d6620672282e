import type { Kind, Signature, Slot } from './model.ts'
import type { Tree } from './parse.ts'

/** A type that the file declares itself, by its name. */
export type TypeOf = (name: string) => Tree

/** Properties that are told of if a parameter is read for them. */
const knownProperty =
  /^(query|q|question|text|texts|input|inputs|prompt|vector|vectors|embedding|embeddings|documents|docs|points|items|rows|ids|top_?k|limit|k|n_?results|model|size)$/i

/** Reads parameters, result and size off a function's tree; `typeOf` knows the types that its file declares. */
export function signatureOf(node: Tree, typeOf: TypeOf = () => undefined): Signature {
  const params: readonly Tree[] = node.params ?? []
  const last = params.at(-1)
  return {
    slots: params.flatMap((param, i) => slotsOf(param, `args.${i}`, node.body, typeOf)),
    returns: returnsOf(node, typeOf),
    small: !node.async && !node.generator && !works(node.body),
    callback: last?.type === 'Identifier' && /^(cb|callback)$/i.test(last.name),
  }
}

function slotsOf(param: Tree, path: string, body: Tree, typeOf: TypeOf): Slot[] {
  if (param.type === 'TSParameterProperty') return slotsOf(param.parameter, path, body, typeOf)
  if (param.type === 'AssignmentPattern') {
    const inner = slotsOf(param.left, path, body, typeOf)
    const kind = kindOfValue(param.right)
    return inner.map((slot) => (slot.path === path && slot.kind === 'unknown' ? { ...slot, kind } : slot))
  }
  const type = resolved(param.typeAnnotation?.typeAnnotation, typeOf)
  if (param.type === 'ObjectPattern') {
    const typed = new Map(membersOf(type, path, typeOf).map((slot) => [slot.name, slot]))
    return patternOf(param, path).map((slot) => typed.get(slot.name) ?? slot)
  }
  if (param.type !== 'Identifier' || param.name === 'this') return []
  const read = typeof body === 'object' && body !== null ? readsOf(body, param.name, path) : []
  const members = membersOf(type, path, typeOf)
  const known = new Set(members.map(({ name }) => name))
  const inner = [...members, ...read.filter(({ name }) => !known.has(name))]
  const kind = type === undefined && inner.length > 0 ? 'object' : kindOf(type, typeOf)
  return [{ path, name: param.name, kind }, ...inner]
}

/** `{ query, limit = 10 }`. */
function patternOf(pattern: Tree, path: string): Slot[] {
  return pattern.properties.flatMap((one: Tree) => {
    const name = one.key?.name ?? one.key?.value
    if (one.type !== 'ObjectProperty' || one.computed || !/^[\w$]+$/.test(name)) return []
    const kind = one.value.type === 'AssignmentPattern' ? kindOfValue(one.value.right) : 'unknown'
    return [{ path: `${path}.${name}`, name, kind }]
  })
}

/** Properties of the parameter that the body reads: `options.limit`, `const { limit } = options`. */
function readsOf(body: Tree, name: string, path: string): Slot[] {
  const found = new Map<string, Slot>()
  eachNode(body, (node) => {
    const slots =
      node.type === 'VariableDeclarator' && node.id.type === 'ObjectPattern' && isNamed(node.init, name)
        ? patternOf(node.id, path)
        : /^(Optional)?MemberExpression$/.test(node.type) && !node.computed && isNamed(node.object, name)
          ? [{ path: `${path}.${node.property.name}`, name: node.property.name, kind: 'unknown' as const }]
          : []
    for (const slot of slots) if (knownProperty.test(slot.name) && !found.has(slot.name)) found.set(slot.name, slot)
  })
  return [...found.values()]
}

const isNamed = (node: Tree, name: string) => node?.type === 'Identifier' && node.name === name

function membersOf(type: Tree, path: string, typeOf: TypeOf): Slot[] {
  const members: readonly Tree[] = type?.type === 'TSTypeLiteral' ? type.members : (type?.body?.body ?? [])
  return members.flatMap((one) => {
    const name = one.key?.name ?? one.key?.value
    if (one.type !== 'TSPropertySignature' || one.computed || !/^[\w$]+$/.test(name)) return []
    return [
      { path: `${path}.${name}`, name, kind: kindOf(resolved(one.typeAnnotation?.typeAnnotation, typeOf), typeOf) },
    ]
  })
}

function returnsOf(node: Tree, typeOf: TypeOf): Signature['returns'] {
  const type = node.returnType?.typeAnnotation
  const inner = type?.type === 'TSTypeReference' && type.typeName?.name === 'Promise' ? argumentsOf(type)[0] : type
  if (inner?.type === 'TSVoidKeyword') return { kind: 'boolean' }
  const known = resolved(inner, typeOf)
  const list = membersOf(known, '', typeOf).find(({ kind }) => kind === 'array')
  return { kind: kindOf(known, typeOf), list: list && `${list.name}.length` }
}

const argumentsOf = (type: Tree): readonly Tree[] => (type.typeParameters ?? type.typeArguments)?.params ?? []

/** The type behind the name of one that the file declares, a few names deep. */
function resolved(type: Tree, typeOf: TypeOf): Tree {
  let found = type
  for (let depth = 0; depth < 5 && found?.type === 'TSTypeReference'; depth++) {
    const next = typeOf(found.typeName?.name)
    if (next === undefined) return found
    found = next.type === 'TSTypeAliasDeclaration' ? next.typeAnnotation : next
  }
  return found
}

const kinds: Readonly<Record<string, Kind>> = {
  TSStringKeyword: 'string',
  TSTemplateLiteralType: 'string',
  TSNumberKeyword: 'number',
  TSBigIntKeyword: 'number',
  TSBooleanKeyword: 'boolean',
  TSFunctionType: 'function',
  TSTypeLiteral: 'object',
  TSInterfaceDeclaration: 'object',
  TSTupleType: 'array',
}

function kindOf(type: Tree, typeOf: TypeOf): Kind {
  switch (type?.type) {
    case undefined:
      return 'unknown'
    case 'TSArrayType':
      return type.elementType.type === 'TSNumberKeyword' ? 'vector' : 'array'
    case 'TSTypeOperator':
    case 'TSParenthesizedType':
    case 'TSOptionalType':
      return kindOf(resolved(type.typeAnnotation, typeOf), typeOf)
    case 'TSLiteralType':
      return kindOfValue(type.literal)
    case 'TSTypeReference':
      return kindOfReference(type)
    case 'TSUnionType':
      return kindOfUnion(type, typeOf)
    default:
      return kinds[type.type] ?? 'object'
  }
}

function kindOfReference(type: Tree): Kind {
  const name = type.typeName?.name ?? ''
  if (/^Float(16|32|64)Array$/.test(name)) return 'vector'
  if (!/^(Readonly)?Array$|^(Readonly)?Set$/.test(name)) return 'object'
  return name.endsWith('Array') && argumentsOf(type)[0]?.type === 'TSNumberKeyword' ? 'vector' : 'array'
}

function kindOfUnion(type: Tree, typeOf: TypeOf): Kind {
  const parts = type.types.filter(({ type }: Tree) => type !== 'TSUndefinedKeyword' && type !== 'TSNullKeyword')
  const all = new Set<Kind>(parts.map((one: Tree) => kindOf(resolved(one, typeOf), typeOf)))
  const [only] = all
  if (all.size === 1 && only !== undefined) return only
  return all.has('array') ? 'many' : 'object'
}

function kindOfValue(node: Tree): Kind {
  switch (node?.type) {
    case 'StringLiteral':
    case 'TemplateLiteral':
      return 'string'
    case 'NumericLiteral':
      return 'number'
    case 'BooleanLiteral':
      return 'boolean'
    case 'ArrayExpression':
      return 'array'
    case 'ObjectExpression':
      return 'object'
    default:
      return 'unknown'
  }
}

const work = /^(Optional)?CallExpression$|^(New|Await|Yield|TaggedTemplate|Import)Expression$|^(For|While|DoWhile)/

function works(body: Tree): boolean {
  let found = false
  eachNode(body, ({ type }) => {
    found ||= work.test(type)
  })
  return found
}

/** Visits every node below this one, and itself. */
function eachNode(node: Tree, visit: (node: Tree) => void): void {
  const left = [node]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next.type === 'string') visit(next)
    for (const key in next) {
      const value = next[key]
      if (key !== 'loc' && typeof value === 'object' && value !== null) left.push(value)
    }
  }
}

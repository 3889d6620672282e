import type { Module } from './module.ts'
import type { Tree } from './parse.ts'
import { keyOf, type Value } from './value.ts'

/** A class's function. */
export interface Member {
  readonly key: string
  readonly fn: Tree
  readonly isStatic: boolean
  readonly isField: boolean
  readonly isPrivate: boolean
  readonly minor?: string | undefined
}

/** The functions in one element of a class's body; of a constructor those that it puts on `this`. */
export function memberOf(one: Tree, behind: (node: Tree) => Value): Member[] {
  const isPrivate = /Private/.test(one.type)
  const key = isPrivate ? `#${one.key.id.name}` : keyOf(one)
  const isStatic = one.static === true
  const minor = one.accessibility === 'private' || one.accessibility === 'protected' ? one.accessibility : undefined
  const about = { isStatic, isPrivate, minor }
  if (one.type === 'ClassMethod' && one.kind === 'constructor')
    return fieldsIn(one.body, behind).map(([key, fn]) => ({
      key,
      fn,
      isStatic: false,
      isPrivate: false,
      isField: true,
    }))
  if (key === undefined) return []
  if (/^Class(Private)?Method$/.test(one.type))
    return one.kind === 'method' ? [{ ...about, key, fn: one, isField: false }] : []
  if (!/^Class(Private)?Property$/.test(one.type) || !one.value) return []
  const { kind, node } = behind(one.value)
  return kind === 'function' ? [{ ...about, key, fn: node, isField: true }] : []
}

/** `this.search = async () => …` in a constructor. */
function fieldsIn(body: Tree, behind: (node: Tree) => Value): [string, Tree][] {
  return body.body.flatMap(({ expression }: Tree) => {
    const left = expression?.type === 'AssignmentExpression' ? expression.left : undefined
    if (left?.type !== 'MemberExpression' || left.object.type !== 'ThisExpression' || left.computed) return []
    const { kind, node } = behind(expression.right)
    return kind === 'function' && left.property.name ? [[left.property.name, node]] : []
  })
}

/** The values that a function returns, without those of the functions in it. */
export function returnedBy({ body, type }: Tree): Tree[] {
  if (type === 'ArrowFunctionExpression' && body.type !== 'BlockStatement') return [body]
  const found: Tree[] = []
  const left: Tree[] = [...(body?.body ?? [])]
  for (let node = left.shift(); node !== undefined; node = left.shift()) {
    if (node.type === 'ReturnStatement' && node.argument) found.push(node.argument)
    else if (/Statement$|^SwitchCase$/.test(node.type))
      left.push(...[node.body, node.consequent, node.alternate, node.block, node.cases].flat().filter(Boolean))
  }
  return found
}

/** The module with the names that a function declares for itself. */
export function inside({ body }: Tree, module: Module): Module {
  const locals = new Map(module.locals)
  for (const node of body?.type === 'BlockStatement' ? body.body : []) {
    if (/^(Function|Class)Declaration$/.test(node.type)) locals.set(node.id.name, node)
    for (const { id, init } of node.declarations ?? []) if (id.type === 'Identifier' && init) locals.set(id.name, init)
  }
  return { ...module, locals }
}

import type { Module, Modules } from './module.ts'
import type { Tree } from './parse.ts'
import { type Import, isImport } from './statements.ts'

/** The value of an expression, with the file that it stands in. */
export interface Value {
  readonly kind: 'function' | 'class' | 'object' | 'instance' | 'exports' | 'unknown'
  /** The function, class or object literal; of an instance its class. */
  readonly node: Tree
  readonly module: Module
}

const deepest = 20

/** Follows names, imports and `require` to what a value is; a circle ends as unknown. */
export function createValues({ follow }: Pick<Modules, 'follow'>) {
  function behind(node: Tree, module: Module, depth = 0): Value {
    const unknown: Value = { kind: 'unknown', node, module }
    if (depth > deepest || node === null || node === undefined) return unknown
    if (isImport(node)) return imported(node, module, depth + 1) ?? unknown
    const next = (inner: Tree) => behind(inner, module, depth + 1)
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'ObjectMethod':
      case 'ClassMethod':
        return { kind: 'function', node, module }
      case 'ClassDeclaration':
      case 'ClassExpression':
        return { kind: 'class', node, module }
      case 'ObjectExpression':
        return { kind: 'object', node, module }
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return next(node.expression)
      case 'AwaitExpression':
        return next(node.argument)
      case 'AssignmentExpression':
        return next(node.right)
      case 'Identifier':
        return named(node.name, module, depth + 1) ?? unknown
      case 'NewExpression': {
        const made = next(node.callee)
        return made.kind === 'class' ? { ...made, kind: 'instance' } : unknown
      }
      case 'MemberExpression':
        return (node.computed ? undefined : member(next(node.object), node.property.name, depth + 1)) ?? unknown
      case 'CallExpression':
        return called(node, module, depth + 1) ?? unknown
      default:
        return unknown
    }
  }

  function named(name: string, module: Module, depth: number): Value | undefined {
    const local = module.locals.get(name)
    if (local !== undefined) return behind(local, module, depth)
    const other = module.imports.get(name)
    return other && imported(other, module, depth)
  }

  function imported({ from, name }: Import, by: Module, depth: number): Value | undefined {
    const module = follow(from, by)
    if (module === undefined) return undefined
    return name === '*' ? { kind: 'exports', node: undefined, module } : exported(module, name, depth)
  }

  /** An export by its name; what CommonJS exports as a whole is an import's default. */
  function exported(module: Module, name: string, depth = 0): Value | undefined {
    if (depth > deepest) return undefined
    const direct = module.exports.get(name)
    if (direct !== undefined) return behind(direct, module, depth + 1)
    for (const from of name === 'default' ? [] : module.stars) {
      const other = follow(from, module)
      const found = other && exported(other, name, depth + 1)
      if (found !== undefined) return found
    }
    return undefined
  }

  function member(value: Value, name: string, depth: number): Value | undefined {
    if (value.kind === 'exports') return exported(value.module, name, depth)
    if (value.kind !== 'object') return undefined
    const property = value.node.properties.findLast((one: Tree) => keyOf(one) === name)
    return property && behind(property.value ?? property, value.module, depth)
  }

  function called({ callee, arguments: [first] }: Tree, module: Module, depth: number): Value | undefined {
    if (callee.type === 'Identifier' && callee.name === 'require' && first?.type === 'StringLiteral') {
      const other = follow(first.value, module)
      if (other === undefined) return undefined
      const whole = other.isEsm ? undefined : other.exports.get('default')
      return whole === undefined ? { kind: 'exports', node: undefined, module: other } : behind(whole, other, depth)
    }
    const isFrozen = callee.type === 'MemberExpression' && callee.object.name === 'Object'
    return isFrozen && /^(freeze|seal)$/.test(callee.property.name) ? behind(first, module, depth) : undefined
  }

  return { behind, exported }
}
export type Values = ReturnType<typeof createValues>

/** A property's name; undefined where it is computed, or private. */
export function keyOf({ key, computed }: Tree): string | undefined {
  if (key === undefined || (computed && key.type !== 'StringLiteral') || key.type === 'PrivateName') return undefined
  return String(key.name ?? key.value)
}

/** Every export with its name; those of `export *` without the default, each name once. */
export function exportsOf(module: Module, { follow }: Pick<Modules, 'follow'>, seen = new Set<Module>()): string[] {
  if (seen.has(module)) return []
  seen.add(module)
  const inner = module.stars.flatMap((from) => {
    const other = follow(from, module)
    return other === undefined ? [] : exportsOf(other, { follow }, seen).filter((name) => name !== 'default')
  })
  return [...new Set([...module.exports.keys(), ...inner])]
}

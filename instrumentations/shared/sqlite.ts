import type { Call, Method } from '../../agent/model.ts'
import { sqlite } from './dialects.ts'
import { textOf } from './kinds.ts'
import { compileStatements, type Values } from './sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters and results are read by shape
type Any = any

/** Where a driver keeps a statement's text, and where the parameters begin among the arguments. */
export interface Form {
  readonly sqlOf: (call: Call) => string | undefined
  readonly valuesOf?: (call: Call) => Values
}

const isNamed = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** Parameters are given one by one, in arrays, or by name in an object; all of that at once, too. */
export function parametersOf(args: ArrayLike<unknown>): Values {
  const given = Array.from(args)
  const placed = given.filter((value) => !isNamed(value)).flat()
  const named = given.filter(isNamed)
  return named.length === 0 ? placed : Object.assign({}, placed, ...named)
}

/** SQLite counts the changes of the last statement that made some, so of any other they say nothing. */
const writes = /^[\s(;]*(?:insert|update|delete|replace|with)\b/i

/** What `all`, `get`, `run` and `iterate` of a statement do, at the way to it. */
export function statementsAt(way: string, { sqlOf, valuesOf = () => [] }: Form, versions?: string): Method[] {
  return ['all', 'get', 'run', 'iterate'].flatMap((name) => {
    const rowsOf = (call: Call): unknown => {
      const result = call.result as Any
      if (name === 'all') return result?.length
      if (name === 'get') return result === undefined || result === null ? 0 : 1
      return name === 'run' && writes.test(textOf(sqlOf(call))) ? result?.changes : undefined
    }
    return methodsAt(`${way}.${name}`, { sqlOf, valuesOf }, rowsOf, name === 'iterate', versions)
  })
}

/** One function that takes a statement: a search, an upsert or any other. */
export function methodsAt(
  at: string,
  { sqlOf, valuesOf = () => [] }: Form,
  rowsOf: (call: Call) => unknown = () => undefined,
  iterates = false,
  versions?: string,
): Method[] {
  const { searches, upserts, metadata } = compileStatements({ dialect: sqlite, sqlOf, valuesOf, rowsOf })
  const method = { at, metadata, ...(iterates && { chunk: { results: counted() } }), ...(versions && { versions }) }
  return [
    { ...method, scope: 'search', when: searches },
    { ...method, scope: 'upsert', when: upserts },
    { ...method, scope: 'query', target: 'database' },
  ]
}

/** Numbers the rows of each call. */
function counted(): (call: Call) => number {
  const rows = new WeakMap<object, number>()
  return ({ args, of }) => {
    const row = (rows.get(of(args)) ?? 0) + 1
    rows.set(of(args), row)
    return row
  }
}

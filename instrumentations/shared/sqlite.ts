import type { Call } from '../../agent/model.ts'
import { sqlite } from './dialects.ts'
import { textOf } from './kinds.ts'
import { compileStatements, type Values } from './sql.ts'
import { cellOf } from './sql-scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters and results are read by shape
type Any = any

/** Where a driver keeps a statement's text, and where the parameters begin among the arguments. */
export interface Form {
  readonly sqlOf: (call: Call) => unknown
  readonly valuesOf?: (call: Call) => Values
}

const isNamed = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** Parameters are given one by one, in arrays, or by name in an object; all of that at once, too. */
export function parametersOf({ args }: Pick<Call, 'args'>): Values {
  const given = Array.from(args)
  const placed = given.filter((value) => !isNamed(value)).flat()
  const named = given.filter(isNamed)
  return named.length === 0 ? placed : Object.assign({}, placed, ...named)
}

/** SQLite counts the changes of the last statement that made some, so of any other they say nothing. */
const writes = /^[\s(;]*(?:insert|update|delete|replace|with)\b/i

/** The time in which nobody asks for a row is its consumer's. */
const rowByRow = { ends: { kind: 'cursor' }, chunk: { results: 'sum(1)' } } as const

/** What `all`, `get`, `run` and `iterate` of a statement do. */
export function statementMethods({ sqlOf, valuesOf = () => [] }: Form) {
  const compile = (results: string | ((call: Call) => unknown), rowsOf?: (call: Call) => unknown) => {
    const cell = rowsOf && cellOf(rowsOf)
    return compileStatements({ dialect: sqlite, sqlOf, valuesOf, results, ...(cell && { cell }) }).scopes
  }
  return {
    all: compile('result.length', ({ result }) => result),
    // A row, or in other modes what is in it.
    get: compile('has(result ?? undefined) && 1 || 0', ({ result }) => [result]),
    run: compile((call) => (writes.test(textOf(sqlOf(call))) ? (call.result as Any)?.changes : undefined)),
    iterate: compile('undefined').map((scope) => ({ ...scope, ...rowByRow })),
  }
}

/** A function that takes a script: a search, an upsert or any other. */
export const script = compileStatements({
  dialect: sqlite,
  sqlOf: ({ args }) => args[0],
  valuesOf: () => [],
  results: 'undefined',
}).scopes

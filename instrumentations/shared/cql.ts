import { inspect } from 'node:util'
import { isProxy } from 'node:util/types'
import type { Call } from '../../agent/model.ts'
import { textOf } from './kinds.ts'
import { compileStatements, type Dialect, type Values } from './sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: the parts of a batch are read by shape
type Any = any

/** Of a batch, its first statement. */
const sqlOf = ({ args }: Call): unknown =>
  Array.isArray(args[0]) ? ((args[0] as Any)[0]?.query ?? args[0][0]) : args[0]

function valuesOf({ args, of }: Call): Values {
  const values = Array.isArray(args[0]) ? args[0][0]?.params : args[1]
  if (typeof values !== 'object' || values === null) return []
  const itself = (value: unknown) => (typeof value === 'object' && value !== null ? of(value) : value)
  return Array.isArray(values)
    ? values.map(itself)
    : Object.fromEntries(Object.entries(values).map(([key, value]) => [key, itself(value)]))
}

const literal = /[=(,]\s*\[\s*-?\d+\.\d+\s*,\s*-?\d/
/** What is bound to a vector's column has to be the driver's own vector, which is a proxy: shown without being asked. */
const isVector = (value: unknown) => isProxy(value) && vector.test(inspect(value, bare))
const vector = /^Proxy \[\s*(?:Vector )?\{\s*elements: \[Array\],\s*length: \d+,\s*subtype: /
const bare = { showProxy: true, depth: 1, customInspect: false } as const

const dialect: Dialect = {
  maybe: /\bann\s+of\b/i,
  near: /\bsimilarity_\w+\s*\(/i,
  searches: (text) => /\border\s+by\s+[\w".]+\s+ann\s+of\b/i.test(text),
  hasVector: (text, values) => literal.test(text) || Object.values(values()).some(isVector),
}
const filtered = (call: Call) => /\bfrom\s+[\w".]+\s+where\b/i.test(textOf(sqlOf(call)))

function compile(accepts?: (call: Call) => boolean) {
  const [search, ...others] = compileStatements({
    dialect,
    sqlOf,
    valuesOf,
    results: 'result.rowLength',
    ...(accepts && { accepts }),
  }).scopes
  // Nothing is deleted by what it is near to.
  return [
    { ...search, metadata: { ...search.metadata, filtered } },
    ...others.filter(({ scope }) => scope !== 'delete'),
  ]
}

/** Statements of CQL, in each of their scopes. */
export const statement = compile()

/** The same where rows are called back: with that function alone it never tells its end. */
export const eachRow = compile(({ args }) => args.filter((one) => typeof one === 'function').length > 1)

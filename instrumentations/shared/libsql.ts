import type { Call } from '../../agent/model.ts'
import { sqlite } from './dialects.ts'
import { compileStatements } from './sql.ts'
import { compileBatch } from './sql-batch.ts'
import { cellOf } from './sql-scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: a statement comes as a string, a pair or an object
type Any = any

const partsOf = ({ args }: Call): { readonly sql?: unknown; readonly args?: unknown } => {
  const statement = args[0] as Any
  if (typeof statement === 'string') return { sql: statement, args: args[1] }
  return Array.isArray(statement) ? { sql: statement[0], args: statement[1] } : (statement ?? {})
}
const valuesOf = (call: Call) => {
  const { args } = partsOf(call)
  return typeof args === 'object' && args !== null ? (args as readonly unknown[]) : []
}
const statements = compileStatements({
  dialect: sqlite,
  sqlOf: (call) => partsOf(call).sql,
  valuesOf,
  cell: cellOf(({ result }) => (result as Any)?.rows),
  // A local statement that gives rows counts none as written.
  results: 'result.rows.length || result.rowsAffected || result.rows.length',
})

/** One statement, in each of its forms. */
export const statement = statements.scopes

const rowsIn = (result: Any): number => result?.rows?.length || result?.rowsAffected || 0

/** Several statements in one call. */
export const batch = compileBatch(
  statements,
  ({ key, self, args, of, ask, through }, most) =>
    Array.isArray(args[0])
      ? Array.from(args[0].slice(0, most), (statement) => ({ key, self, args: [statement], of, ask, through }))
      : [],
  { results: ({ result }) => (Array.isArray(result) ? result.reduce((sum, one) => sum + rowsIn(one), 0) : undefined) },
)

import type { Call } from '../../agent/model.ts'
import { pgvector } from './dialects.ts'
import { listOf, numberOf, textOf } from './kinds.ts'
import { compileStatements } from './sql.ts'
import { compileBatch } from './sql-batch.ts'

// biome-ignore lint/suspicious/noExplicitAny: a query and what is put into it are read by shape
type Any = any

interface Written {
  /** Undefined where there is none to read. */
  readonly text: string | undefined
  readonly values: readonly unknown[]
}

/** A statement as it will be sent: `sql.query(text, params)`, or a template with what is put into it. */
function written({ query, params, strings, values }: Any): Written {
  if (typeof query === 'string') return { text: query, values: listOf(params) }
  if (!Array.isArray(strings)) return { text: undefined, values: [] }
  const bound: unknown[] = []
  const textIn = (strings: unknown, values: unknown): string =>
    listOf(strings).reduce(
      (text, part, i) => (i === 0 ? textOf(part) : text + pieceOf(listOf(values)[i - 1]) + textOf(part)),
      '',
    )
  const pieceOf = (value: Any): string => {
    if (value?.constructor?.name === 'UnsafeRawSql') return textOf(value.sql)
    const inner = value?.constructor?.name === 'NeonQueryPromise' ? value.queryData : undefined
    if (inner !== undefined) return textOf(inner?.query) || textIn(inner?.strings, inner?.values)
    return `$${bound.push(value)}`
  }
  return { text: textIn(strings, values), values: bound }
}

const writtenOf = ({ self }: Call): Written => written((self as Any)?.queryData ?? {})

/** Rows, which are all that comes of a query without `fullResults`: of a write that gives none, their number is not told. */
function rowsOf(result: Any, text = ''): number | undefined {
  const rows = numberOf(result?.rowCount) ?? (Array.isArray(result) ? result.length : undefined)
  return rows === 0 && Array.isArray(result) && !/^[\s(]*(?:select|with|values|table|show)\b/i.test(text)
    ? undefined
    : rows
}

const statements = compileStatements({
  dialect: pgvector,
  sqlOf: (call) => writtenOf(call).text,
  valuesOf: (call) => writtenOf(call).values,
  results: (call) => rowsOf(call.result, writtenOf(call).text),
})

/** A query over HTTP, which each of its promises sends. */
export const neonQuery = statements.scopes

/** Those of a list; a function's are not known before the transaction is there. */
export const neonTransaction = compileBatch(
  statements,
  ({ key, args, of, ask, through }, most) =>
    Array.from(listOf(args[0]).slice(0, most), (self) => ({ key, self, args: [], of, ask, through })),
  {
    batch_size: 'result.length ?? args.0.length',
    results: ({ args, result }) =>
      Array.isArray(result)
        ? result.reduce((sum, one, i) => sum + (rowsOf(one, written(listOf(args[0])[i]?.queryData ?? {}).text) ?? 0), 0)
        : undefined,
  },
)

import type { Call, Class } from '../../agent/model.ts'
import { pgvector } from './dialects.ts'
import { compileStatements } from './sql.ts'
import { cellOf } from './sql-scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: a statement comes as a string, an object or the driver's own query
type Any = any

/** The statement; a named one is sent without its text once the connection has parsed it. */
function sqlOf(call: Call): unknown {
  const query = call.args[0] as Any
  if (typeof query === 'string') return query
  const text = query?.text ?? query?.cursor?.text
  if (typeof text === 'string') return text
  const { parsedStatements, submittedNamedStatements } = (call.self as Any)?.connection ?? {}
  return parsedStatements?.[query?.name] ?? submittedNamedStatements?.[query?.name]
}

function valuesOf({ args }: Call): readonly unknown[] {
  const query = args[0] as Any
  const values = Array.isArray(args[1]) ? args[1] : (query?.values ?? query?.cursor?.values)
  return Array.isArray(values) ? values : []
}

/** What `query` of a client of pg is given. */
export const { scopes: pgQuery } = compileStatements({
  dialect: pgvector,
  sqlOf,
  valuesOf,
  cell: cellOf(
    ({ result }) => (result as Any)?.rows,
    ({ result }) => (result as Any)?.fields,
  ),
  // Several statements in one text give several results; a query object keeps its own. A cursor knows its last portion only.
  results: ['result._results.-1.rowCount ?? result._results.rowCount', 'result.-1.rowCount ?? result.rowCount'].join(
    ' ?? ',
  ),
})

/** A client of pg, wherever its class stands. */
export const pgClient = {
  ends: [
    { kind: 'callback' },
    { kind: 'methods', done: 'handleReadyForQuery', failed: 'handleError' },
    // Of pg-cursor, or of the one in a stream of pg-query-stream.
    { kind: 'asked', by: 'read', at: 'cursor' },
  ],
  chunk: { results: 'sum(size(chunk))' },
  methods: { query: pgQuery },
} satisfies Class

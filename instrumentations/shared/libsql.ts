import type { Call, Read } from '../../agent/model.ts'
import { sqlite } from './dialects.ts'
import { compileStatements } from './sql.ts'

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
const { scopes, searches, upserts, metadata, ofSearch } = compileStatements({
  dialect: sqlite,
  sqlOf: (call) => partsOf(call).sql,
  valuesOf,
  // A local statement that gives rows counts none as written.
  results: 'result.rows.length || result.rowsAffected || result.rows.length',
})

/** One statement, in each of its forms. */
export const statement = scopes

/** Of a batch, as many statements are looked at as tell what it is for. */
const mostRead = 100
const each = ({ key, self, args, of, ask, through }: Call): Call[] =>
  Array.isArray(args[0])
    ? Array.from(args[0].slice(0, mostRead), (statement) => ({ key, self, args: [statement], of, ask, through }))
    : []
const someOf = (test: (call: Call) => boolean) => (call: Call) => each(call).some(test)
/** The statement that a batch is named after. */
const mainOf = (call: Call): Call => {
  const all = each(call)
  return all.find(searches) ?? all.find(upserts) ?? all[0] ?? call
}
const ofMain = (key: Exclude<keyof typeof metadata, 'results'>) => (call: Call) => metadata[key](mainOf(call))
const rowsIn = (result: Any): number => result?.rows?.length || result?.rowsAffected || 0
const batched: Readonly<Record<string, Read>> = {
  collection: ofMain('collection'),
  operation: ofMain('operation'),
  top_k: ofMain('top_k'),
  query_len: ofMain('query_len'),
  batch_size: 'args.0.length',
  results: ({ result }) => (Array.isArray(result) ? result.reduce((sum, one) => sum + rowsIn(one), 0) : undefined),
}

/** Several statements in one call. */
export const batch = [
  {
    scope: 'search',
    when: someOf(searches),
    metadata: { ...batched, filtered: (call: Call) => ofSearch.filtered(mainOf(call)) },
  },
  { scope: 'upsert', when: someOf(upserts), metadata: batched },
  { scope: 'query', target: 'database', metadata: batched },
]

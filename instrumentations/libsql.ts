import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { sqlite } from './shared/dialects.ts'
import { compileStatements } from './shared/sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: a statement comes as a string, a pair or an object
type Any = any

const partsOf = ({ args }: Call): { readonly sql?: unknown; readonly args?: unknown } => {
  const statement = args[0] as Any
  if (typeof statement === 'string') return { sql: statement, args: args[1] }
  return Array.isArray(statement) ? { sql: statement[0], args: statement[1] } : (statement ?? {})
}
const sqlOf = (call: Call) => {
  const { sql } = partsOf(call)
  return typeof sql === 'string' ? sql : undefined
}
const valuesOf = (call: Call) => {
  const { args } = partsOf(call)
  return typeof args === 'object' && args !== null ? (args as readonly unknown[]) : []
}
/** A local statement that gives rows counts none as written. */
const rowsOf = ({ result }: Pick<Call, 'result'>): number | undefined =>
  (result as Any)?.rows?.length || (result as Any)?.rowsAffected || (result as Any)?.rows?.length

const { searches, upserts, metadata } = compileStatements({ dialect: sqlite, sqlOf, valuesOf, rowsOf })

/** Of a batch, as many statements are looked at as tell what it is for. */
const mostRead = 100
const each = ({ self, args, of, ask }: Call): Call[] =>
  Array.isArray(args[0])
    ? Array.from(args[0].slice(0, mostRead), (statement) => ({ self, args: [statement], of, ask }))
    : []
const someOf = (test: (call: Call) => boolean) => (call: Call) => each(call).some(test)
/** The statement that a batch is named after. */
const mainOf = (call: Call): Call => {
  const all = each(call)
  return all.find(searches) ?? all.find(upserts) ?? all[0] ?? call
}
const ofMain = (key: string) => (call: Call) => (metadata[key] as (call: Call) => unknown)(mainOf(call))
const batched = {
  collection: ofMain('collection'),
  operation: ofMain('operation'),
  top_k: ofMain('top_k'),
  query_len: ofMain('query_len'),
  batch_size: 'args.0.length',
  results: ({ result }: Call) =>
    Array.isArray(result) ? result.reduce((sum, one) => sum + (rowsOf({ result: one }) ?? 0), 0) : undefined,
}

const statement = (at: Pick<Method, 'at' | 'file'>): Method[] => [
  { ...at, scope: 'search', when: searches, metadata },
  { ...at, scope: 'upsert', when: upserts, metadata },
  { ...at, scope: 'query', target: 'database', metadata },
]
const batch = (at: Pick<Method, 'at' | 'file'>): Method[] => [
  { ...at, scope: 'search', when: someOf(searches), metadata: batched },
  { ...at, scope: 'upsert', when: someOf(upserts), metadata: batched },
  { ...at, scope: 'query', target: 'database', metadata: batched },
]
const named = (at: Pick<Method, 'at' | 'file'>, operation: string): Method => ({
  ...at,
  scope: 'query',
  target: 'database',
  metadata: { operation: () => operation },
})

const executed = (file: string, name: string): Method[] => [
  ...['execute', 'executeMultiple'].flatMap((method) => statement({ file, at: `${name}.prototype.${method}` })),
  ...batch({ file, at: `${name}.prototype.batch` }),
]
const client = (file: string, name: string): Method[] => [
  ...executed(file, name),
  ...batch({ file, at: `${name}.prototype.migrate` }),
  named({ file, at: `${name}.prototype.transaction` }, 'transaction'),
]
const transaction = (file: string, name: string): Method[] => [
  ...executed(file, name),
  ...['commit', 'rollback'].map((method) => named({ file, at: `${name}.prototype.${method}` }, method)),
]

export default {
  name: 'libsql',
  module: '@libsql/client',
  versions: '>=0.17 <0.19',
  target: 'vector_store',
  system: { db: 'sqlite' },
  observe: 'chain',
  // By file, since its entries export `createClient` alone; a remote transaction's `execute` calls its `batch`.
  methods: ['lib-esm', 'lib-cjs'].flatMap((lib) => [
    ...client(`${lib}/sqlite3`, 'Sqlite3Client'),
    ...client(`${lib}/http`, 'HttpClient'),
    ...client(`${lib}/ws`, 'WsClient'),
    ...transaction(`${lib}/sqlite3`, 'Sqlite3Transaction'),
    ...transaction(`${lib}/hrana`, 'HranaTransaction'),
  ]),
} satisfies Instrumentation

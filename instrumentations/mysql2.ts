import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { listOf, numberOf, textOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: a statement comes as a string or as options
type Any = any

const sqlOf = ({ args }: Call): string => {
  const statement = args[0] as Any
  return textOf(typeof statement === 'string' ? statement : statement?.sql)
}
const valuesOf = ({ args }: Call): readonly unknown[] => {
  const values = Array.isArray(args[1]) ? args[1] : (args[0] as Any)?.values
  return Array.isArray(values) ? values : []
}

/** Strings, and comments in their three forms; what is never closed goes to the end. */
const quoted = /'(?:[^'\\]|\\.)*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$)|--\s[^\n]*|#[^\n]*|\/\*.*?(?:\*\/|$)/gs
const bare = (sql: string) => sql.slice(0, 100_000).replace(quoted, "''")
// MariaDB's, MySQL's and TiDB's; `st_distance` is about places.
const distance = /\b(?:vec_\w*distance\w*|vector_distance|distance)\s*\(/i
const vector = /\b(?:vec_fromtext|string_to_vector|to_vector)\s*\(/i
const write = /^[\s(]*(?:insert|replace|update)\b/i
const table = /\b(?:into|update|from)\s+(?:(?:low_priority|ignore)\s+)*((?:`[^`]+`|[\w$]+)(?:\.(?:`[^`]+`|[\w$]+))?)/i
const limit = /\blimit\s+(?:(?:\d+|\?)\s*,\s*)?(\d+|\?)/gi

function topKOf(call: Call): number | undefined {
  const text = bare(sqlOf(call))
  const found = [...text.matchAll(limit)].at(-1)
  if (found?.[1] !== '?') return found && Number(found[1])
  const before = text.slice(0, found.index + found[0].length - 1).split('?').length - 1
  return numberOf(valuesOf(call)[before])
}

const metadata = {
  collection: (call: Call) => table.exec(bare(sqlOf(call)))?.[1]?.replaceAll('`', ''),
  operation: (call: Call) => /^[\s(]*([a-z]+)/i.exec(bare(sqlOf(call)))?.[1]?.toLowerCase(),
  top_k: topKOf,
  results: ({ result }: Call) =>
    Array.isArray(result)
      ? result.length
      : (listOf((result as Any)?._rows).at(-1)?.affectedRows ?? (result as Any)?.affectedRows),
  query_len: (call: Call) => sqlOf(call).length,
}

/** A pool hands its connection an object of the driver, which is the pool's call. */
const isOwn = ({ args }: Call) => typeof args[0] !== 'function' && typeof (args[0] as Any)?.start !== 'function'
const when = (test: (sql: string) => boolean) => (call: Call) => isOwn(call) && test(sqlOf(call))

// Since 3.12 the methods are those of classes that are not exported.
const inEach = [
  ['default.prototype', '<3.12'],
  ['default.prototype^', '>=3.12'],
] as const

// The promise form calls these with a callback, a pool's execute its connection's.
const methods = [
  ['lib/connection', 'query'],
  ['lib/connection', 'execute'],
  ['lib/pool', 'query'],
].flatMap(([file = '', name]) =>
  inEach.flatMap(([prototype, versions]) => statements({ file, at: `${prototype}.${name}`, versions })),
)

// What is called back runs where the connection was made, or where one was given back to the pool.
const queues = [
  ...['query', 'execute', 'ping', 'changeUser', 'prepare'].map((name) => ['lib/connection', name] as const),
  ...['getConnection', 'query', 'execute'].map((name) => ['lib/pool', name] as const),
].flatMap(([file, name]) =>
  inEach.map(([prototype, versions]) => ({ file, at: `${prototype}.${name}`, versions, binds: 'functions' })),
)

function statements(where: Pick<Method, 'file' | 'at' | 'versions'>): Method[] {
  // Without a callback it emits its rows and its end; its `then` only throws.
  const method = {
    ...where,
    ends: [{ kind: 'callback' }, { kind: 'events', done: 'end', failed: 'error' }],
    metadata,
  } as const
  const isSearch = (sql: string) => distance.test(sql) && distance.test(bare(sql)) && !write.test(bare(sql))
  const isUpsert = (sql: string) => vector.test(sql) && write.test(bare(sql)) && vector.test(bare(sql))
  return [
    { ...method, scope: 'search', when: when(isSearch) },
    { ...method, scope: 'upsert', when: when(isUpsert) },
    { ...method, scope: 'query', target: 'database', when: when(() => true) },
  ]
}

export default {
  name: 'mysql2',
  module: 'mysql2',
  versions: '>=2.3 <4',
  target: 'vector_store',
  system: { db: 'mysql' },
  methods,
  queues,
} satisfies Instrumentation

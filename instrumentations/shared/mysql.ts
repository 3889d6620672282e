import type { Call } from '../../agent/model.ts'
import { numberOf, textOf } from './kinds.ts'
import { cellOf, scoresOfRows } from './sql-scores.ts'
import { isFiltered } from './sql-where.ts'
import { writtenIn } from './sql-written.ts'

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
  results: 'size(result) ?? result._rows.-1.affectedRows ?? result.affectedRows',
  query_len: (call: Call) => sqlOf(call).length,
}

const scores = scoresOfRows(
  (call) => bare(sqlOf(call)),
  cellOf(({ result }) => result),
)
const filtered = (call: Call) => isFiltered(bare(sqlOf(call)), distance)

/** A pool hands its connection an object of the driver, which is the pool's call. */
const isOwn = ({ args }: Call) => typeof args[0] !== 'function' && typeof (args[0] as Any)?.start !== 'function'
const when = (test: (sql: string) => boolean) => (call: Call) => isOwn(call) && test(sqlOf(call))
const isDelete = (sql: string) => /^[\s(]*delete\b/i.test(sql)
const isNear = (sql: string) => distance.test(sql) && distance.test(bare(sql)) && !write.test(bare(sql))
const isSearch = (sql: string) => isNear(sql) && !isDelete(bare(sql))
const deletesNear = (sql: string) => isNear(sql) && isDelete(bare(sql))
const isUpsert = (sql: string) => {
  if (!vector.test(sql) || !write.test(bare(sql))) return false
  return vector.test(/^[\s(]*update\b/i.test(bare(sql)) ? writtenIn(bare(sql), []).text : bare(sql))
}

/** MySQL's and MariaDB's statements, in each of their scopes: their strings and comments are not those of other SQL. */
export const statement = [
  { scope: 'search', when: when(isSearch), metadata: { ...metadata, ...scores, filtered } },
  { scope: 'upsert', when: when(isUpsert), metadata },
  { scope: 'delete', when: when(deletesNear), metadata },
  { scope: 'database.query', when: isOwn, metadata },
]

/** Without a callback it emits its rows and its end; its `then` only throws. */
const ends = [{ kind: 'callback' }, { kind: 'events', done: 'end', failed: 'error', row: 'result' }] as const
/** A statement that writes emits its head in a row's place. */
const chunk = { results: 'sum(is(has(chunk.affectedRows) && has(chunk.serverStatus)) == false && 1)' }
export const rows = { ends, chunk, counted: 'false' } as const

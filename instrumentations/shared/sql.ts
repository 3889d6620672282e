import type { Call, Method, Read } from '../../agent/model.ts'
import { numberOf, textOf } from './kinds.ts'
import { mainOf } from './sql-main.ts'
import { type Cell, scoresOfRows } from './sql-scores.ts'
import { isFiltered } from './sql-where.ts'
import { keyOf, type Values, writtenIn } from './sql-written.ts'
import { isVector } from './vectors.ts'

export type { Values }

/** How a driver's calls carry their statement. */
export interface Statement {
  readonly dialect: Dialect
  /** Applications pass numbers and objects, too. */
  readonly sqlOf: (call: Call) => unknown
  readonly valuesOf: (call: Call) => Values
  /** The rows that it gave or wrote, where that can be known. */
  readonly results: Read
  /** What its rows have in a column; read for the scores of a search that selects them. */
  readonly cell?: Cell
  /** Which calls are meant at all, where not all are. */
  readonly accepts?: (call: Call) => boolean
}

/** How a database says in SQL that it looks for vectors or writes them. */
export interface Dialect {
  /** What no search is without: the one test that a plain statement costs. */
  readonly maybe: RegExp
  /** Of a text without its strings and comments. */
  readonly searches: (text: string, values: () => Values) => boolean
  readonly hasVector: (text: string, values: () => Values) => boolean
  /** A condition that is the search itself: a distance, a MATCH. Any other is a filter. */
  readonly near: RegExp
  /** The setting of how many candidates the index looks at, where a statement may hold it; the group is the number. */
  readonly candidates?: RegExp
  /** How many results it asks for, besides LIMIT; the groups are a number and a parameter. */
  readonly limits?: RegExp
}

/** What may say anything: strings, quoted names, comments. One that is never closed goes to the end, so this is linear. */
const quoted =
  /\b[Ee]'[^'\\]*(?:\\.?[^'\\]*)*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*.*?(?:\*\/|$)|(?<![\w$])\$([A-Za-z_]\w*)?\$.*?(?:\$\1\$|$)/gs
const maybeWrite = /\b(?:insert|update|merge|replace\s+into)\b/i
const written = /\b(?:insert(?:\s+or\s+\w+)?|merge|replace)\s+into\b/i
const name = String.raw`("?[\p{L}_][\p{L}\p{N}_$]*"?(?:\."?[\p{L}_][\p{L}\p{N}_$]*"?)*)(?![\p{L}\p{N}_$."]`
let compiled: Record<'into' | 'update' | 'from', RegExp> | undefined
/** Made for the first statement: Unicode classes of any case take long to compile, which every start would pay. */
const tables = () => {
  compiled ??= {
    into: new RegExp(String.raw`\binto\s+${name})`, 'iu'),
    update: new RegExp(String.raw`\bupdate\s+(?:only\s+)?${name})`, 'iu'),
    // Neither a function's rows nor the inside of a subquery or of `extract(epoch from t)`.
    from: new RegExp(String.raw`\b(?:from|join)\s+(?:only\s+)?${name}|\s*[()])`, 'iu'),
  }
  return compiled
}
/** A number, or what stands for one. */
export const parameter = String.raw`(?:(\d+)|([$?:@]\w*))`
const limits = new RegExp(String.raw`\b(?:limit|fetch\s+(?:first|next))\s+${parameter}?`, 'gi')

/** Characters of a statement that are looked at: enough for its head, and a bound for what a bulk insert costs. */
const mostRead = 100_000

let last = { sql: '', bare: '' }

/** A statement without its strings and comments; a vector in it stays as `'[]'`, a string of bits as `'01'`. */
function bare(sql: string): string {
  if (last.sql === sql) return last.bare
  const text = sql.slice(0, mostRead).replace(quoted, (token) => {
    if (token.startsWith('"')) return /^"[\p{L}_][\p{L}\p{N}_$]*"$/u.test(token) ? token : '""'
    if (token.startsWith('`')) return /^`[\p{L}_][\p{L}\p{N}_$]*`$/u.test(token) ? token.replaceAll('`', '"') : '""'
    if (!token.startsWith("'")) return token.endsWith("'") ? "''" : ' '
    if (isVector(token.slice(1, -1))) return "'[]'"
    return /^'[01]+'$/.test(token) ? "'01'" : "''"
  })
  last = { sql, bare: text }
  return text
}

const verbOf = (text: string) => mainOf(text).verb
const writes = (text: string) => /^(?:insert|update|merge)$/.test(verbOf(text) ?? '') || written.test(text)

function tableOf(whole: string): string | undefined {
  const { verb, text } = mainOf(whole)
  const { into, update, from } = tables()
  const table = verb === 'insert' || verb === 'merge' || verb === 'replace' ? into : verb === 'update' ? update : from
  return table.exec(text)?.[1]?.replaceAll('"', '')
}

/**
 * Reads SQL for any driver: which statements search by vector, which write vectors, and what a record may say of them.
 * Nothing is parsed but names, verbs and limits.
 */
export function compileStatements({ dialect, sqlOf: given, valuesOf, results, cell, accepts }: Statement) {
  const sqlOf = (call: Call): string | undefined => {
    const sql = given(call)
    return typeof sql === 'string' ? sql : undefined
  }
  const nears =
    (isDelete: boolean) =>
    (call: Call): boolean => {
      const sql = sqlOf(call)
      if (sql === undefined || !dialect.maybe.test(sql)) return false
      const text = bare(sql)
      return !writes(text) && (verbOf(text) === 'delete') === isDelete && dialect.searches(text, () => valuesOf(call))
    }
  const [searches, deletes] = [nears(false), nears(true)]
  const upserts = (call: Call): boolean => {
    const sql = sqlOf(call)
    if (sql === undefined || !maybeWrite.test(sql)) return false
    const text = bare(sql)
    if (!writes(text) || !dialect.hasVector(text, () => valuesOf(call))) return false
    // Rows that are inserted by what they are near to have a vector themselves.
    if (verbOf(text) !== 'update') return true
    const put = writtenIn(text, valuesOf(call))
    return dialect.hasVector(put.text, () => put.values)
  }
  const limitOf = (text: string, call: Call): number | undefined => {
    const own = dialect.limits === undefined ? [] : text.matchAll(dialect.limits)
    const found = [...own, ...text.matchAll(limits)].at(-1)
    // A number or a parameter, in whichever of the pattern's groups.
    const token = found?.slice(1).find((group) => group !== undefined)
    if (found === undefined || token === undefined) return undefined
    const before = text.slice(0, found.index + found[0].lastIndexOf(token))
    const values = valuesOf(call) as Readonly<Record<string, unknown>>
    const limit = /^\d/.test(token) ? token : values[keyOf(token, before.split('?').length - 1, values)]
    return typeof limit === 'string' || typeof limit === 'number' || typeof limit === 'bigint'
      ? Number(limit)
      : undefined
  }
  const ofText = (read: (text: string, call: Call) => unknown) => (call: Call) => {
    const sql = sqlOf(call)
    return sql && read(bare(sql), call)
  }
  const metadata = {
    collection: ofText(tableOf),
    operation: ofText(verbOf),
    top_k: ofText(limitOf),
    results,
    query_len: (call: Call) => sqlOf(call)?.length,
  }

  const { candidates: settings } = dialect
  const ofSearch = {
    ...metadata,
    filtered: ofText((text) => isFiltered(text, dialect.near)),
    ...(cell && scoresOfRows((call) => ofText((text) => text)(call) as string | undefined, cell)),
    ...(settings && { candidates: ofText((text) => numberOf(settings.exec(text)?.[1])) }),
  }

  const own = (test: (call: Call) => boolean) =>
    accepts === undefined ? test : (call: Call) => accepts(call) && test(call)
  const scopes = [
    { scope: 'search', when: own(searches), metadata: ofSearch },
    { scope: 'upsert', when: own(upserts), metadata },
    { scope: 'delete', when: own(deletes), metadata },
    { scope: 'database.query', ...(accepts && { when: accepts }), metadata },
  ] as const satisfies readonly Scope[]

  return { searches, upserts, metadata, ofSearch, scopes }
}

type Scope = Pick<Method, 'scope' | 'target' | 'when' | 'metadata'>

/** The verb of a first argument, where nothing stands before it. */
export const firstWord = ({ args }: Call) => /^\s*([a-z]+)/i.exec(textOf(args[0]))?.[1]?.toLowerCase()

/** Told of calls, whichever of the scopes of statements are profiled. */
export const noted = (note: (call: Call) => void) => [
  { scope: 'search', note },
  { scope: 'upsert', note },
  { scope: 'delete', note },
  { scope: 'database.query', note },
]

import type { Call, Read } from '../../agent/model.ts'

/** How a driver's calls carry their statement. */
export interface Statement {
  readonly sqlOf: (call: Call) => string | undefined
  readonly valuesOf: (call: Call) => readonly unknown[]
  readonly rowsOf: (call: Call) => unknown
}

/** What may say anything: strings, quoted names, comments. One that is never closed goes to the end, so this is linear. */
const quoted =
  /\b[Ee]'[^'\\]*(?:\\.?[^'\\]*)*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|--[^\n]*|\/\*.*?(?:\*\/|$)|(?<![\w$])\$([A-Za-z_]\w*)?\$.*?(?:\$\1\$|$)/gs
const maybeOperator = /<[-=#+~%]>/
const operator = /(?<![-+*/<>=~!@#%^&|`?])<[-=#+~%]>(?![-+*/<>=~!@#%^&|`?])/
const vectorCast = /(?:::\s*|\bas\s+)(?:"?\w+"?\.)?"?(?:vector|halfvec|sparsevec)\b/i
const bitOperator = /<[~%]>/
const bitCast = /::\s*bit\b|'01'/i
const maybeWrite = /\b(?:insert|update|merge)\b/i
const write = /^[\s(;]*(?:insert|update|merge)\b|\b(?:insert|merge)\s+into\b/i
const name = String.raw`("?[\p{L}_][\p{L}\p{N}_$]*"?(?:\."?[\p{L}_][\p{L}\p{N}_$]*"?)*)(?![\p{L}\p{N}_$."]`
let compiled: Record<'into' | 'update' | 'from', RegExp> | undefined
/** Made for the first statement: Unicode classes of any case take long to compile, which every start would pay. */
const tables = () => {
  compiled ??= {
    into: new RegExp(String.raw`\binto\s+${name})`, 'iu'),
    update: new RegExp(String.raw`\bupdate\s+(?:only\s+)?${name})`, 'iu'),
    // Neither a function's rows nor the inside of a subquery or of `extract(epoch from t)`.
    from: new RegExp(String.raw`\bfrom\s+(?:only\s+)?${name}|\s*[()])`, 'iu'),
  }
  return compiled
}
const limits = /\b(?:limit|fetch\s+(?:first|next))\s+(?:(\d+)|\$(\d+))?/gi

/** Characters of a statement that are looked at: enough for its head, and a bound for what a bulk insert costs. */
const mostRead = 100_000

let last = { sql: '', bare: '' }

/** A statement without its strings and comments; a vector in it stays as `'[]'`, a string of bits as `'01'`. */
function bare(sql: string): string {
  if (last.sql === sql) return last.bare
  const text = sql.slice(0, mostRead).replace(quoted, (token) => {
    if (token.startsWith('"')) return /^"[\p{L}_][\p{L}\p{N}_$]*"$/u.test(token) ? token : '""'
    if (!token.startsWith("'")) return token.endsWith("'") ? "''" : ' '
    if (isVector(token.slice(1, -1))) return "'[]'"
    return /^'[01]+'$/.test(token) ? "'01'" : "''"
  })
  last = { sql, bare: text }
  return text
}

/** pgvector's literals: `[1,2.5,-3]`, and `{1:0.5,7:2}/9` for a sparse one. */
export function isVector(value: unknown): boolean {
  if (typeof value !== 'string') return false
  return /^\s*\[\s*[-+.\d][-+.\deE,\s]*\]?\s*$/.test(value.slice(0, 64))
    ? value.trimEnd().endsWith(']')
    : /^\s*\{\s*\d+\s*:[-+.\deE,:\s]*\}?[/\d\s]*$/.test(value.slice(0, 64)) &&
        /\}\s*\/\s*\d+\s*$/.test(value.slice(-32))
}

const isBits = (value: unknown) => typeof value === 'string' && /^[01]+$/.test(value)

const verbOf = (text: string) => /^[\s(;]*([a-z]+)/i.exec(text)?.[1]?.toLowerCase()

function tableOf(text: string): string | undefined {
  const verb = verbOf(text)
  const { into, update, from } = tables()
  const table = verb === 'insert' || verb === 'merge' ? into : verb === 'update' ? update : from
  return table.exec(text)?.[1]?.replaceAll('"', '')
}

/**
 * Reads SQL for pgvector, for any driver: which statements search by vector, which write vectors, and what a record may
 * say of them. Nothing is parsed but names, verbs and limits.
 */
export function compileStatements({ sqlOf, valuesOf, rowsOf }: Statement) {
  const hasVector = (text: string, call: Call) =>
    vectorCast.test(text) || text.includes("'[]'") || valuesOf(call).some(isVector)

  /** The operators also mean cubes, trigrams and places, so a vector must be in sight. */
  const searches = (call: Call): boolean => {
    const sql = sqlOf(call)
    if (sql === undefined || !maybeOperator.test(sql)) return false
    const text = bare(sql)
    if (!operator.test(text) || write.test(text)) return false
    return hasVector(text, call) || (bitOperator.test(text) && (bitCast.test(text) || valuesOf(call).some(isBits)))
  }
  const upserts = (call: Call): boolean => {
    const sql = sqlOf(call)
    if (sql === undefined || !maybeWrite.test(sql)) return false
    const text = bare(sql)
    return write.test(text) && hasVector(text, call)
  }
  const limitOf = (text: string, call: Call): number | undefined => {
    const [, literal, parameter] = [...text.matchAll(limits)].at(-1) ?? []
    const limit = literal ?? (parameter && valuesOf(call)[Number(parameter) - 1])
    return typeof limit === 'string' || typeof limit === 'number' ? Number(limit) : undefined
  }
  const ofText = (read: (text: string, call: Call) => unknown) => (call: Call) => {
    const sql = sqlOf(call)
    return sql && read(bare(sql), call)
  }
  const metadata: Readonly<Record<string, Read>> = {
    collection: ofText(tableOf),
    operation: ofText(verbOf),
    top_k: ofText(limitOf),
    results: rowsOf,
    query_len: (call) => sqlOf(call)?.length,
  }

  return { searches, upserts, metadata }
}

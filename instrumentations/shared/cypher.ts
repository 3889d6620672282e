import type { Call, Read } from '../../agent/model.ts'
import { textOf } from './kinds.ts'
import { isNumbers } from './vectors.ts'

// biome-ignore lint/suspicious/noExplicitAny: a query comes as a string or an object, numbers in three kinds
type Any = any

function cypherOf({ args }: Call): string {
  const query = args[0] as Any
  return textOf(query?.text ?? query)
}

function parametersOf({ args }: Call): Any {
  const query = args[0] as Any
  return (query?.text === undefined ? args[1] : query.parameters) ?? {}
}

const procedure = String.raw`\bdb\.index\.vector\.query(?:Nodes|Relationships)\s*\(\s*`
/** Strings and comments, which may say anything; the name of an index stays. One that is never closed goes to the end. */
const quoted = new RegExp(
  String.raw`(${procedure})?('[^'\\]*(?:\\.?[^'\\]*)*(?:'|$)|"[^"\\]*(?:\\.?[^"\\]*)*(?:"|$))|//[^\n]*|/\*.*?(?:\*/|$)`,
  'gis',
)
const maybeSearch = /\bvector\s*\.\s*query|\bvector\s+index\b/i
const called = new RegExp(
  String.raw`${procedure}(?:'([^'\\]*)'|"([^"\\]*)"|\$(\w+))(?:\s*,\s*(?:toInteger\s*\(\s*)?(?:(\d+)|\$(\w+)))?`,
  'i',
)
const clause =
  /\bsearch\s+[^\s()]+\s+in\s*\(\s*vector\s+index\s+(?:`([^`]+)`|([\p{L}_][\p{L}\p{N}_]*))\s+for\b(.*?)\blimit\s+(?:(\d+)|\$(\w+))?/isu

let last: { text: string; bare: string } = { text: '', bare: '' }

function bare(text: string): string {
  if (last.text !== text) {
    const stripped = text.replace(quoted, (whole, head, string) => (head ? whole : string ? "''" : ' '))
    last = { text, bare: stripped }
  }
  return last.bare
}

interface Search {
  readonly collection: unknown
  readonly top_k: unknown
  readonly filtered?: boolean
}

/** The first search of a statement: by procedure, or by the clause, which filters inside. */
function searchOf(call: Call): Search | undefined {
  const text = cypherOf(call)
  if (!maybeSearch.test(text)) return undefined
  const own = bare(text)
  const [made, single, double, index, number, bound] = called.exec(own) ?? []
  if (made !== undefined) {
    const values = parametersOf(call)
    return { collection: single ?? double ?? values[index ?? ''], top_k: integerOf(number ?? values[bound ?? '']) }
  }
  const [found, ticked, plain, between = '', limit, parameter] = clause.exec(own) ?? []
  if (found === undefined) return undefined
  const top_k = integerOf(limit ?? parametersOf(call)[parameter ?? ''])
  return { collection: ticked ?? plain, top_k, filtered: /\bwhere\b/i.test(between) }
}

const writes = /\b(?:create|merge|set)\b/i
const setter = /\bdb\.create\.set(?:Node|Relationship)?VectorProperty\s*\(/i

/** How many vectors the parameters hold at a glance: one of their own, or one in each of a list's rows. */
function vectorsOf(value: Any, depth = 0): number | undefined {
  if (value === null || typeof value !== 'object' || depth > 3) return undefined
  if (value.__isVector__ === true || isNumbers(value)) return 1
  if (Array.isArray(value)) return vectorsOf(value[0], depth + 1) && value.length
  for (const one of Object.values(value)) {
    const found = vectorsOf(one, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** The driver's integers are its own, numbers or bigints, as configured. */
function integerOf(value: Any): number | undefined {
  if (value === undefined || value === null) return undefined
  const { high, low } = value
  const number = typeof high === 'number' ? high * 2 ** 32 + (low >>> 0) : Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** Whether a statement of Cypher searches by vector. */
const searchesGraph = (call: Call): boolean => searchOf(call) !== undefined

/** Whether it writes vectors: by the procedure, or with one among its parameters. */
function writesGraph(call: Call): boolean {
  const text = cypherOf(call)
  if (!writes.test(text)) return false
  const own = bare(text)
  return setter.test(own) || (writes.test(own) && vectorsOf(parametersOf(call)) !== undefined)
}

const changes = /\b(?:create|merge|set|delete|remove|foreach|drop|load)\b/i

/** Whether a statement changes anything, with vectors or without. */
function changesGraph(call: Call): boolean {
  const text = cypherOf(call)
  return changes.test(text) && changes.test(bare(text))
}

const graphSearch: Readonly<Record<string, Read>> = {
  collection: (call) => searchOf(call)?.collection,
  top_k: (call) => searchOf(call)?.top_k,
  filtered: (call) => searchOf(call)?.filtered,
}

/** How many vectors are written. */
const vectorsWritten = (call: Call) => vectorsOf(parametersOf(call))

/** What may be said of any statement. */
export const cypher: Readonly<Record<string, Read>> = {
  operation: (call) =>
    /^(?:\s|cypher\s+[\d.]+\s|(?:explain|profile|optional|detach)\s)*([a-z]+)/i
      .exec(bare(cypherOf(call)))?.[1]
      ?.toLowerCase(),
  query_len: (call) => cypherOf(call).length,
}

/** Until the first row was there, and from then to the last. */
export function serverMs({ result }: Call): number | undefined {
  const summary = (result as Any)?.value
  const [first, rest] = [integerOf(summary?.resultAvailableAfter), integerOf(summary?.resultConsumedAfter)]
  return first === undefined || rest === undefined || first < 0 || rest < 0 ? undefined : first + rest
}

/** Rows come of a write that returns some; none are no sign that it wrote none. */
const returned = 'result.count || undefined'
/** Neo4j's statements, in each of their scopes. */
export const statement = [
  { scope: 'search', when: searchesGraph, metadata: graphSearch },
  { scope: 'upsert', when: writesGraph, metadata: { batch_size: vectorsWritten, results: returned } },
  { scope: 'database.query', when: changesGraph, metadata: { results: returned } },
  { scope: 'database.query' },
]

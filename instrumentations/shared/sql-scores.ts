import type { Call, Read } from '../../agent/model.ts'
import { listOf, numberOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: rows are read by shape
type Any = any

/** Arguments, with what stands in parentheses in them. */
const inside = String.raw`\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`
/** pgvector's and DuckDB's operators; `<#>` is the negative inner product, so less is nearer as with the others. */
const operators = String.raw`<->|<=>|<\+>|<#>`
/** Of DuckDB, of sqlite-vec and libSQL, and of MariaDB and MySQL. */
const functions = String.raw`(?:array|list)_(?:negative_)?(?:distance|cosine_distance|cosine_similarity|(?:inner|dot)_product)|vec_\w*distance\w*|vector_distance\w*|distance`
const similar = /cosine_similarity$|(?<!negative_)(?:inner|dot)_product$/i

/**
 * A column of the select list that is a distance or a similarity, alone, taken from 1 or with its sign turned, by its name:
 * `embedding <=> $1 AS distance`. What else is reckoned of one may be anything.
 */
const column = new RegExp(
  String.raw`(?:\bselect\b|,)\s*(1\s*-\s*|-\s*(?:1\s*\*\s*)?)?\(*\s*(?:[\w."]+\s*(${operators})\s*[^\s,()]+(?:\(\d+\))?|\b(${functions})\s*${inside})[\s)]*(\*\s*-\s*1\s*)?(?:::\s*\w+\s*)?\bas\s+["\`]?(\w+)["\`]?\s*(?=,|\bfrom\b)`,
  'i',
)
/** What sqlite-vec gives with each row that MATCH finds. */
const hidden = /(?:\bselect\b|,)\s*(?:\w+\.)?distance(?:\s+as\s+"?(\w+)"?)?\s*(?=,|\bfrom\b)/i
const matched = /\bmatch\b/i
/** The order in which the rows then come: the nearest first, where that column or its operator is what it is by. */
const order = new RegExp(String.raw`\border\s+by\s+((?:[^,;()]|${inside})*)`, 'i')
const ends = /\b(?:limit|offset|fetch)\b/i
const combined = /\b(?:join|union|group\s+by)\b/i

interface Column {
  readonly name: string
  readonly kind: 'distance' | 'similarity'
}

/** Of a statement without its strings and comments; undefined where its rows come in another order than by that column. */
export function scoreColumn(text: string): Column | undefined {
  const [, before = '', operator, called, turned = '', name] = column.exec(text) ?? []
  const by = operator ?? called
  if (name === undefined || by === undefined) return matched.test(text) ? hiddenColumn(text) : undefined
  const isSimilar = similar.test(by)
  // Turned twice it is as it was.
  const isTurned = (before !== '') !== (turned !== '')
  const kind = isSimilar === isTurned ? 'distance' : 'similarity'
  const term = order.exec(text)?.[1]?.split(ends)[0]
  if (term === undefined) return undefined
  const isDescending = /\bdesc\b/i.test(term)
  if (isBy(term, by)) return isDescending === isSimilar ? { name, kind } : undefined
  return isByName(term, name) && isDescending === (kind === 'similarity') ? { name, kind } : undefined
}

/** Without an order of its own, MATCH gives the nearest first. */
function hiddenColumn(text: string): Column | undefined {
  const found = hidden.exec(text)
  if (found === null) return undefined
  const name = found[1] ?? 'distance'
  const term = order.exec(text)?.[1]?.split(ends)[0]
  const isNearestFirst =
    term === undefined
      ? !combined.test(text)
      : (isByName(term, name) || isByName(term, 'distance')) && !/\bdesc\b/i.test(term)
  return isNearestFirst ? { name, kind: 'distance' } : undefined
}

/** True if the order is by the operator or function itself, of which nothing is reckoned. */
function isBy(term: string, by: string): boolean {
  const at = term.toLowerCase().indexOf(by.toLowerCase())
  if (at < 0 || /\w/.test(term[at - 1] ?? '') || (/\w/.test(by) && /\w/.test(term[at + by.length] ?? ''))) return false
  return !(term.slice(0, at) + term.slice(at + by.length)).includes('-')
}

const isByName = (term: string, name: string) =>
  /^\s*(?:\w+\.)?["`]?(\w+)["`]?\s*(?:$|(?:asc|desc|nulls|for)\b)/i.exec(term)?.[1] === name

/** The value of the column of this name in the first row, or in the last. */
export type Cell = (call: Call, name: string, place: 0 | -1) => unknown

/** The cell of rows that are objects, or lists of what `columnsOf` names. */
export const cellOf =
  (rowsOf: (call: Call) => unknown, columnsOf?: (call: Call) => unknown): Cell =>
  (call, name, place) => {
    const row: Any = listOf(rowsOf(call)).at(place)
    if (!Array.isArray(row)) return row?.[name]
    return row[listOf(columnsOf?.(call)).findIndex((column) => column?.name === name)]
  }

/** The scores of a search's rows. */
export function scoresOfRows(
  textOf: (call: Call) => string | undefined,
  cell: Cell,
): Readonly<Record<'top_score' | 'last_score' | 'score_kind', Read>> {
  const at = (call: Call, place: 0 | -1): number | undefined => {
    const name = scoreColumn(textOf(call) ?? '')?.name
    return name === undefined ? undefined : numberOf(cell(call, name, place))
  }
  return {
    top_score: (call) => at(call, 0),
    last_score: (call) => at(call, -1),
    score_kind: (call) => (at(call, 0) === undefined ? undefined : scoreColumn(textOf(call) ?? '')?.kind),
  }
}

import type { Call, Read } from '../../agent/model.ts'
import { listOf, numberOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: rows are read by shape
type Any = any

/**
 * A column of the select list that is a distance of pgvector's, alone or taken from 1, by its name: `embedding <=> $1 AS
 * distance`. What else is reckoned of one may be anything.
 */
const column =
  /(?:\bselect\b|,)\s*(1\s*-\s*)?\(*\s*[\w."]+\s*(<->|<=>|<\+>)\s*[^\s,()]+(?:\(\d+\))?[\s)]*(?:::\s*\w+\s*)?\bas\s+"?(\w+)"?\s*(?=,|\bfrom\b)/i
/** The order in which the rows then come: the nearest first, where that column or its operator is what it is by. */
const order = /\border\s+by\s+([^,;]*)/i
const ends = /\b(?:limit|offset|fetch)\b/i

interface Column {
  readonly name: string
  readonly kind: 'distance' | 'similarity'
}

/** Of a statement without its strings and comments; undefined where its rows come in another order than by that column. */
export function scoreColumn(text: string): Column | undefined {
  const [, fromOne, operator = '', name] = column.exec(text) ?? []
  const [term] = order.exec(text)?.[1]?.split(ends) ?? []
  if (name === undefined || term === undefined) return undefined
  const kind = fromOne === undefined ? 'distance' : 'similarity'
  const isDescending = /\bdesc\b/i.test(term)
  const isByDistance = term.includes(operator) && !term.replace(operator, '').includes('-')
  const isByName = /^\s*"?(\w+)/.exec(term)?.[1] === name
  const isNearestFirst = isByDistance ? !isDescending : isByName && isDescending === (kind === 'similarity')
  return isNearestFirst ? { name, kind } : undefined
}

/** The scores of a search's rows, which stand at `rows` of the result. */
export function scoresOfRows(
  textOf: (call: Call) => string | undefined,
  rowsOf: (call: Call) => unknown,
): Readonly<Record<string, Read>> {
  const at = (call: Call, place: 0 | -1): number | undefined => {
    const rows = listOf(rowsOf(call)) as Any[]
    const name = rows.length === 0 ? undefined : scoreColumn(textOf(call) ?? '')?.name
    return name === undefined ? undefined : numberOf(rows.at(place)?.[name])
  }
  return {
    top_score: (call) => at(call, 0),
    last_score: (call) => at(call, -1),
    score_kind: (call) => (at(call, 0) === undefined ? undefined : scoreColumn(textOf(call) ?? '')?.kind),
  }
}

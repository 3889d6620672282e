import { type Command, nameOf, textOf } from './redis-command.ts'

// biome-ignore lint/suspicious/noExplicitAny: replies are arrays, objects or maps, as the protocol and the client have it
type Any = any

const named = /\[\s*KNN\b[^\]]*?\bAS\s+([\w$]+)|\$YIELD_DISTANCE_AS\s*:\s*([\w$]+)/i
const unnamed = /\[\s*KNN\s+\S+\s+@(\w+)/i

/** The field in which a search has the distance of each row: the name that the query gives it, or the vector's own. */
function fieldOf(query: string): string | undefined {
  const [, alias, yielded] = named.exec(query) ?? []
  const [, vector] = unnamed.exec(query) ?? []
  return alias ?? yielded ?? (vector && `__${vector}_score`)
}

const entriesOf = (row: Any): readonly (readonly [unknown, unknown])[] => {
  if (row instanceof Map) return [...row]
  if (Array.isArray(row)) return row.flatMap((word, i) => (i % 2 === 0 ? [[word, row[i + 1]] as const] : []))
  return Object.entries(row ?? {})
}
const numberIn = (entries: readonly (readonly [unknown, unknown])[], field: string): number | undefined => {
  const value = entries.find(([name]) => textOf(name) === field)?.[1]
  const number = typeof value === 'number' ? value : Number(textOf(value) || Number.NaN)
  return Number.isFinite(number) ? number : undefined
}

/** A reply has as many rows as one reads at once; more than these are not looked at. */
const mostRows = 100

/**
 * The lowest and the highest distance of the rows of a search, whose order is not theirs without a `SORTBY`; undefined
 * where the rows do not have it.
 */
export function distancesIn(command: Command, reply: Any): readonly [nearest: number, farthest: number] | undefined {
  if (!/^FT\.(?:SEARCH|AGGREGATE)$/.test(nameOf(command))) return undefined
  const field = fieldOf(textOf(command.args[command.from + 1]))
  const rows = field === undefined ? undefined : rowsOf(reply)
  if (field === undefined || rows === undefined || rows.length === 0 || rows.length > mostRows) return undefined
  const found = rows.map((row) => numberIn(entriesOf(row), field))
  if (found.some((one) => one === undefined)) return undefined
  return [Math.min(...(found as number[])), Math.max(...(found as number[]))]
}

/** What the rows hold: the lists after each key, or in the protocol's third version what `extra_attributes` has. */
function rowsOf(reply: Any): readonly Any[] | undefined {
  if (Array.isArray(reply) && typeof reply[0] === 'number')
    return reply.slice(1).filter((one) => typeof one === 'object' && !Buffer.isBuffer(one))
  const results = memberOf(reply, 'results')
  return Array.isArray(results) ? results.map((row) => memberOf(row, 'extra_attributes')) : undefined
}
const memberOf = (of: Any, name: string): Any => entriesOf(of).find(([key]) => textOf(key) === name)?.[1]

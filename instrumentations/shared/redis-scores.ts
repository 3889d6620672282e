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
  return asNumber(entries.find(([name]) => textOf(name) === field)?.[1])
}
const asNumber = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : Number(textOf(value) || Number.NaN)
  return Number.isFinite(number) ? number : undefined
}

/** A reply has as many rows as one reads at once; more than these are not looked at. */
const mostRows = 100

interface Scores {
  readonly nearest: number
  readonly farthest: number
  readonly kind: 'distance' | 'similarity'
}

/** The scores of what a search found; undefined where it does not ask for them. */
export function scoresIn(command: Command, reply: Any): Scores | undefined {
  const name = nameOf(command)
  const kind = name === 'VSIM' ? 'similarity' : 'distance'
  const found = kind === 'similarity' ? similaritiesIn(command, reply) : distancesIn(command, reply)
  if (found === undefined || found.length === 0 || found.length > mostRows) return undefined
  if (found.some((one) => one === undefined)) return undefined
  const [least, most] = [Math.min(...(found as number[])), Math.max(...(found as number[]))]
  return kind === 'similarity' ? { nearest: most, farthest: least, kind } : { nearest: least, farthest: most, kind }
}

type Found = readonly (number | undefined)[] | undefined

/** Of a vector set, with `WITHSCORES`: after each element, or by its name, from 1 for the same vector to 0 for its opposite. */
function similaritiesIn({ args, from }: Command, reply: Any): Found {
  const words = args.slice(from + 2).map((word) => textOf(word).toUpperCase())
  if (!words.includes('WITHSCORES')) return undefined
  const withMore = words.includes('WITHATTRIBS')
  if (Array.isArray(reply)) {
    const step = withMore ? 3 : 2
    return reply.slice(0, mostRows * step + 1).flatMap((word, i) => (i % step === 1 ? [asNumber(word)] : []))
  }
  return entriesOf(reply).map(([, value]) => asNumber(Array.isArray(value) ? value[0] : value))
}

/** Of the rows of an index, whose order is not that of their distances without a `SORTBY`. */
function distancesIn(command: Command, reply: Any): Found {
  if (!/^FT\.(?:SEARCH|AGGREGATE)$/.test(nameOf(command))) return undefined
  const field = fieldOf(textOf(command.args[command.from + 1]))
  const rows = field === undefined ? undefined : rowsOf(reply)
  if (field === undefined || rows === undefined || rows.length > mostRows) return undefined
  return rows.map((row) => numberIn(entriesOf(row), field))
}

/** What the rows hold: the lists after each key, or in the protocol's third version what `extra_attributes` has. */
function rowsOf(reply: Any): readonly Any[] | undefined {
  if (Array.isArray(reply) && typeof reply[0] === 'number')
    return reply.slice(1).filter((one) => typeof one === 'object' && !Buffer.isBuffer(one))
  const results = memberOf(reply, 'results')
  return Array.isArray(results) ? results.map((row) => memberOf(row, 'extra_attributes')) : undefined
}
const memberOf = (of: Any, name: string): Any => entriesOf(of).find(([key]) => textOf(key) === name)?.[1]

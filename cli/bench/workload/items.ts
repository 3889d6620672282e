import { UsageError } from '../../command.ts'
import { plain } from '../../style.ts'
import type { Item, Query } from '../model.ts'

export type Kind = 'document' | 'query'

/** Takes documents or queries one by one. Throws a `UsageError` on one that can't be used, and where there are none. */
export interface Items {
  /** Of a line, or of the user's function. `location` is where it stands. */
  add(value: unknown, location: string): void
  end(source: string): Query[]
}

export function createItems(kind: Kind): Items {
  const items: Query[] = []
  const locations = new Map<string, string>()
  let dimensions: number | undefined
  let first = ''

  return {
    add(value, location) {
      const item = itemOf(value, kind, location)
      const twice = locations.get(item.id)
      if (twice !== undefined)
        throw wrong(location, `the id ${shown(item.id)} is that of ${twice}, too; give each ${kind} its own`)
      locations.set(item.id, location)
      if (items.length === 0) {
        dimensions = item.vector?.length
        first = location
      } else if (item.vector?.length !== dimensions)
        throw wrong(location, `${sizeOf(item.vector?.length)}, ${sizeOf(dimensions)} at ${first}; all must be alike`)
      items.push(item)
    },
    end(source) {
      if (items.length === 0)
        throw new UsageError(`${source}: there is no ${kind} in it; a benchmark needs one at the least`)
      return items
    },
  }
}

export const wrong = (location: string, what: string) => new UsageError(`${location}: ${what}`)

const sizeOf = (dimensions: number | undefined) =>
  dimensions === undefined ? 'no vector' : `a vector with ${dimensions} dimensions`
const shown = (text: string) => plain(JSON.stringify(text.slice(0, 60)))

function itemOf(value: unknown, kind: Kind, location: string): Query {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(location, `a ${kind} must be an object such as {"id": "1", "text": "…"}, not ${nameOf(value)}`)
  const { id, text, vector, relevant } = value as Partial<Record<string, unknown>>
  if (typeof id !== 'string' && typeof id !== 'number')
    throw wrong(location, `its \`id\` must be a text or a number, not ${nameOf(id)}; recall is computed by it`)
  if (text !== undefined && typeof text !== 'string')
    throw wrong(location, `its \`text\` must be a text, not ${nameOf(text)}`)
  if (text === undefined && vector === undefined)
    throw wrong(location, 'it has neither `text` nor `vector`; give one of them')
  return {
    id: `${id}`,
    ...(text !== undefined && { text }),
    ...(vector !== undefined && { vector: vectorOf(vector, location) }),
    ...(relevant !== undefined && kind === 'query' && { relevant: idsOf(relevant, location) }),
  }
}

function vectorOf(value: unknown, location: string): Float32Array {
  if (!Array.isArray(value) && !isNumbers(value))
    throw wrong(location, `its \`vector\` must be a list of numbers, not ${nameOf(value)}`)
  if (value.length === 0) throw wrong(location, 'its `vector` is empty')
  const vector = Float32Array.from(value, (one) => (typeof one === 'number' ? one : Number.NaN))
  const bad = vector.findIndex((one) => !Number.isFinite(one))
  if (bad >= 0)
    throw wrong(location, `its \`vector\` has ${nameOf(value[bad])} at ${bad}, which is no number of 32 bits`)
  return vector
}

const isNumbers = (value: unknown): value is Float32Array =>
  value instanceof Float32Array || value instanceof Float64Array

function idsOf(value: unknown, location: string): string[] {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' || typeof one === 'number'))
    throw wrong(location, 'its `relevant` must be a list of ids')
  if (value.length === 0) throw wrong(location, 'its `relevant` is empty; leave it out where nothing is known')
  return value.map(String)
}

/** What stands there instead: no text of the user's, who would not want it on a screen. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'string' ? 'a text' : `a value of type ${typeof value}`
}

/** Vectors of one array, which have their places as ids. Throws a `UsageError` on a number that is none. */
export function itemsOf(numbers: Float32Array, dimensions: number, locationOf: (index: number) => string): Item[] {
  const bad = numbers.findIndex((one) => !Number.isFinite(one))
  if (bad >= 0)
    throw wrong(locationOf(Math.floor(bad / dimensions)), `its vector has ${numbers[bad]} at ${bad % dimensions}`)
  return Array.from({ length: numbers.length / dimensions }, (_, i) => ({
    id: `${i}`,
    vector: numbers.subarray(i * dimensions, (i + 1) * dimensions),
  }))
}

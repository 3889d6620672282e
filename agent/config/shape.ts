import { suggest } from '../suggest.ts'
import { classShape, entryShape, memberShape, methodShape, queueShape, type Shape } from './entry.ts'
import { guesses } from './guesses.ts'
import type { Node } from './node.ts'
import { mistake, shownKey } from './shown.ts'

/** What is wrong with an entry, all of it. */
export interface Told {
  readonly at: (node: { at: number }) => string
  readonly wrong: string[]
}

/** The map's known keys as values; undefined where something is wrong, which is then in `wrong`. */
export function readShape(
  item: Node,
  path: string,
  shape: Shape,
  { at, wrong }: Told,
): Record<string, unknown> | undefined {
  if (item.kind !== 'map') {
    wrong.push(`${path} must be a map (${at(item)})`)
    return undefined
  }
  const known = Object.keys(shape)
  const before = wrong.length
  const values = item.entries.flatMap(({ key, value, at: offset }) => {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    const reading = field?.read(value)
    if (reading !== undefined && 'value' in reading) return [[key, reading.value] as const]
    if (field === undefined || reading === undefined) {
      const help = helpFor(key, value, shape) ?? `known are ${known.join(', ')}`
      wrong.push(`${path}.${shownKey(key)} is not known (${at({ at: offset })}); ${help}`)
    } else {
      wrong.push(`${path}.${key} ${mistake(field, reading)} (${at(reading.wrong)})`)
    }
    return []
  })
  for (const key of known) {
    const isThere = item.entries.some((entry) => entry.key === key)
    if (shape[key]?.required && !isThere) wrong.push(`${path}.${key} is missing (${at(item)})`)
  }
  return wrong.length > before ? undefined : Object.fromEntries(values)
}

/** Guesses the meaning of a key that the map can't have: an entry's key in a method, or the reverse. */
function helpFor(key: string, value: Node, shape: Shape): string | undefined {
  const isIn = (other: Shape) => Object.hasOwn(other, key)
  const isMember = shape === memberShape
  if (shape === queueShape && isIn(methodShape))
    return 'what binds is not profiled; give the profiled method an item of its own'
  if (isMember && isIn(classShape)) return 'it belongs to the class, above methods'
  if ((isMember || shape === classShape) && (isIn(methodShape) || isIn(queueShape)))
    return "it belongs to an item of the entry's own methods"
  if (shape !== entryShape && isIn(entryShape))
    return `it belongs to the entry, above ${shape === methodShape ? 'methods' : 'classes'}`
  if (shape === entryShape && isIn(methodShape)) return 'it belongs under methods'
  const home = guesses().homeOf(key, value)
  if (home !== undefined) return `it ${home}`
  const [hint] = suggest(key, Object.keys(shape))
  if (hint !== undefined) return `did you mean ${hint}?`
  return 'metadata' in shape && 'value' in methodShape.metadata.read(mapOf(key, value))
    ? 'it belongs under metadata'
    : undefined
}

const mapOf = (key: string, value: Node): Node => ({ kind: 'map', at: 0, entries: [{ key, at: 0, value }] })

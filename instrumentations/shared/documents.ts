import { inspect } from 'node:util'
import { isProxy } from 'node:util/types'
import { textOf } from './kinds.ts'
import { isFraction, isNumbers } from './vectors.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents are read by shape
type Any = any

const name = /embed|vec/i
/** The same in a document's text. */
const inText =
  /"[^"]*(?:embed|vec)[^"]*"\s*:\s*[[{][^[\]{}]{0,64}\d|\[\s*-?\d+\.\d+(?:e[-+]?\d+)?(?:\s*,\s*-?\d[\d.e+-]*){7}/i
/** A place is two or three numbers, a vector many; of few the name has to tell. */
const fewest = 8
/** Characters of a text, and actions of a bulk, that are looked at. */
const mostRead = { characters: 100_000, actions: 100 }

/** Of a call: the value behind a view of it. */
type Of = (view: Any) => unknown
const bare = { showProxy: true, customInspect: false, depth: 1, maxArrayLength: fewest, compact: true } as const
const shown = /^Proxy \[\s*(?:\w+\(\d+\) )?\[([-+\d.e,\s]+)/
/** An ODM, as Mongoose does, may have put a list of numbers behind a proxy: shown without being asked. */
function hidesVector(key: string, value: unknown): boolean {
  if (!isProxy(value)) return false
  const [, numbers = ''] = shown.exec(inspect(value, bare)) ?? []
  const first = (numbers.match(/[^,\s]+/g) ?? []).slice(0, fewest)
  return name.test(key) ? first.length > 0 : first.length === fewest && first.some((one) => !Number.isInteger(+one))
}

/** Whether a document has a vector, or one of its parts: an object, or the first of a list of them. */
export function holdsVector(document: Any, of: Of = () => undefined, depth = 0): boolean {
  if (typeof document === 'string') return inText.test(document.slice(0, mostRead.characters))
  if (typeof document !== 'object' || document === null || depth > 3) return false
  return Object.entries(document).some(([key, value]: [string, Any]) => {
    if (typeof value !== 'object' || value === null) return false
    if (hidesVector(key, of(value))) return true
    if (ArrayBuffer.isView(value)) return isNumbers(value)
    // MongoDB's binary of that kind.
    if (value.sub_type !== undefined) return value.sub_type === 9
    const [first] = Array.isArray(value) ? value : Object.values(value)
    if (typeof first === 'number')
      return name.test(key) || (value.length >= fewest && value.slice(0, fewest).some(isFraction))
    return holdsVector(Array.isArray(value) ? first : value, of, depth + 1)
  })
}

export interface Bulk {
  /** What its actions are, if they are all the same. */
  readonly action: string | undefined
  readonly hasVectors: boolean
}

/** What a bulk holds: lines of actions, each with its document below it but for a deletion; or their text. */
export function bulkOf(given: unknown): Bulk {
  const text = textOf(given).slice(0, mostRead.characters)
  const lines: readonly Any[] = text === '' ? (Array.isArray(given) ? given : []) : text.trim().split('\n')
  const actions = new Set<string>()
  let hasVectors = false
  for (let at = 0, read = 0; at < lines.length && read < mostRead.actions; read++) {
    const line = lines[at++]
    const action = typeof line === 'string' ? /^\s*\{\s*"(\w+)"/.exec(line)?.[1] : Object.keys(line ?? {})[0]
    actions.add(textOf(action))
    if (action !== 'delete' && holdsVector(lines[at++])) hasVectors = true
  }
  const [action] = actions
  return { action: actions.size === 1 && action ? action : undefined, hasVectors }
}

import type { Call, Metadata, Read, Tell } from '../model.ts'
import { parseRead } from '../path.ts'
import { textOf } from '../voice.ts'

const longest = 128
/** The only keys under which a built-in keeps a string. */
const named = new Set(['model', 'provider', 'collection', 'operation'])

/**
 * Compiles a metadata table to one function that never throws. `own` is for the user's entries, which keep every
 * string that their author names. A path that fails is told once and read no more.
 */
export function compileRead(
  metadata: Readonly<Record<string, Read>> | undefined,
  own: boolean,
  scope: string,
  tell: Tell,
): ((call: Call) => Metadata | undefined) | undefined {
  const fields = Object.entries(metadata ?? {}).map(([key, read]) => ({
    key,
    text: own || named.has(key),
    get: typeof read === 'string' ? compilePath(read) : read,
    failed: false,
  }))
  if (fields.length === 0) return undefined

  return (call) => {
    let found: Metadata | undefined
    for (const field of fields) {
      if (field.failed) continue
      try {
        const value = keep(field.get(call), field.text)
        if (value === undefined) continue
        found ??= {}
        found[field.key] = value
      } catch (error) {
        field.failed = true
        tell(
          `read ${scope} ${field.key}`,
          `metadata ${field.key} of ${scope} can't be read (${textOf(error)}); it is left out from now on`,
        )
      }
    }
    return found
  }
}

/** Compiles a metadata path; throws on a text that is none. */
export function compilePath(text: string): (call: Call) => unknown {
  const parsed = parseRead(text)
  if (parsed === undefined) throw new Error(`${text} is not a path`)
  const { count, root, keys } = parsed
  const from = root === 'this' ? 'self' : root
  const walk = (call: Call) => {
    // biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
    let value: any = call[from]
    for (const key of keys) {
      if (value === undefined || value === null) return undefined
      value = value[key]
    }
    return value
  }
  return count ? (call) => countOf(walk(call)) : walk
}

/** An array's length, 1 for any other value, 0 for nothing; never iterates. */
function countOf(value: unknown): number {
  if (value === undefined || value === null) return 0
  return Array.isArray(value) ? value.length : 1
}

/** What a record may hold of a value: a finite number, a boolean, and with `text` a cut string. */
export function keep(value: unknown, text: boolean): string | number | boolean | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint') return keep(Number(value), false)
  return text && typeof value === 'string' ? value.slice(0, longest) : undefined
}

import { isProxy } from 'node:util/types'
import { dataOf, isGetter } from '../data.ts'
import { parseRead } from '../locate/path.ts'
import type { Metadata, Raw, Read, WarnOnce } from '../model.ts'
import { createPatience } from './ending/patience.ts'
import { askOf, callOf } from './view.ts'

const longest = 128
/** The only keys under which a built-in keeps a string. */
const named = new Set(['model', 'provider', 'collection', 'operation'])

/**
 * Compiles a metadata table to one function that never throws. `own` is for the user's entries, which keep every
 * string that their author names. What fails is told once, and given up where it fails again and again.
 */
export function compileRead(
  metadata: Readonly<Record<string, Read>> | undefined,
  own: boolean,
  scope: string,
  warnOnce: WarnOnce,
): ((call: Raw) => Metadata | undefined) | undefined {
  const tellGetter = (key: string, read: Read, name: string) =>
    warnOnce(
      `getter ${scope} ${key}`,
      `metadata ${key} of ${scope}: ${name} in ${read} is a getter, which is not run unless the path says ${name}(); it is left out`,
    )
  const fields = Object.entries(metadata ?? {}).map(([key, read]) => ({
    key,
    text: own || named.has(key),
    get: compileGet(read, own ? (name) => tellGetter(key, read, name) : undefined),
    patience: createPatience(`read ${scope} ${key}`, `metadata ${key} of ${scope}`, warnOnce),
  }))
  if (fields.length === 0) return undefined

  return (call) => {
    let found: Metadata | undefined
    for (const { key, text, get, patience } of fields) {
      if (patience.isOver()) continue
      try {
        const value = keep(get(call), text)
        patience.renew()
        if (value === undefined) continue
        found ??= {}
        found[key] = value
      } catch (error) {
        patience.failed(error)
      }
    }
    return found
  }
}

/** Compiles a read to a function that runs nothing of the application's; throws on a text that is no path. */
export function compileGet(read: Read, met?: (getter: string) => void): (call: Raw) => unknown {
  return typeof read === 'string' ? compilePath(read, met) : (call) => read(callOf(call))
}

/** Compiles a metadata path; throws on a text that is none. `met` is told of a getter on its way. */
export function compilePath(text: string, met?: (getter: string) => void): (call: Raw) => unknown {
  const parsed = parseRead(text)
  if (parsed === undefined) throw new Error(`${text} is not a path`)
  const { of, root, keys } = parsed
  const from = root === 'this' ? 'self' : root
  const steps = keys.map((key) => ({ name: key.replace('()', ''), asks: key.endsWith('()') }))
  // The arguments themselves are the engine's own object.
  const first = root === 'args' ? steps.shift() : undefined
  const walk = (call: Raw) => {
    let value: unknown =
      first === undefined ? call[from] : (call.args as unknown as Record<string, unknown>)[first.name]
    for (const { name, asks } of steps) {
      if (value === undefined || value === null) return undefined
      const next = asks ? askOf(value, name) : dataOf(value, name)
      if (next === undefined && met !== undefined && isGetter(value, name)) met(name)
      value = next
    }
    return value
  }
  if (of === 'count') return (call) => countOf(walk(call))
  return of === 'texts' ? (call) => textsOf(walk(call)) : walk
}

/** An array's length, 1 for any other value, 0 for nothing; never iterates. Behind a proxy it can't be told. */
function countOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0
  if (isProxy(value)) return undefined
  return Array.isArray(value) ? value.length : 1
}

/** The same, but for one text that is given as its tokens: a list of numbers. */
function textsOf(value: unknown): number | undefined {
  return typeof dataOf(value, 0) === 'number' ? 1 : countOf(value)
}

/** What a record may hold of a value: a finite number, a boolean, and with `text` a cut string. */
export function keep(value: unknown, text: boolean): string | number | boolean | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint') return keep(Number(value), false)
  return text && typeof value === 'string' ? value.slice(0, longest) : undefined
}

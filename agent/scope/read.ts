import { parseWords } from '../call-words.ts'
import type { Metadata, Raw, Read, WarnOnce } from '../model.ts'
import { createPatience } from './ending/patience.ts'
import { names } from './names.ts'
import { compileWord, type Get } from './read-words.ts'
import { callOf } from './view.ts'

const longest = 128

/**
 * Compiles a metadata table to one function that never throws. `userEntry` is for the user's entries, which keep every
 * string that their author names. A read that fails is reported once, and given up when it fails again and again. A provider
 * that is the library's own is left out.
 */
export function compileRead(
  metadata: Readonly<Record<string, Read>> | undefined,
  userEntry: boolean,
  scope: string,
  warnOnce: WarnOnce,
  provider?: string,
): ((call: Raw) => Metadata | undefined) | undefined {
  const warnOfGetter = (key: string, read: Read, name: string) =>
    warnOnce(
      `getter ${scope} ${key}`,
      `metadata ${key} of ${scope}: ${name} in ${read} is a getter, which is not run unless the path says ${name}(); it is left out`,
    )
  const fields = Object.entries(metadata ?? {}).map(([key, read]) => ({
    key,
    text: userEntry || names.has(key),
    nameOf: names.get(key),
    own: key === 'provider' ? provider : undefined,
    get: compileGet(read, userEntry ? (name) => warnOfGetter(key, read, name) : undefined),
    patience: createPatience(`read ${scope} ${key}`, `metadata ${key} of ${scope}`, warnOnce),
  }))
  if (fields.length === 0) return undefined

  return (call) => {
    let found: Metadata | undefined
    for (const { key, text, nameOf, own, get, patience } of fields) {
      if (patience.isOver()) continue
      try {
        const value = keep(get(call), text, nameOf)
        patience.renew()
        if (value === undefined || value === own) continue
        found ??= {}
        found[key] = value
      } catch (error) {
        patience.failed(error)
      }
    }
    return found
  }
}

/** Compiles a read to a function that runs nothing of the application's; throws on a text that is no words. */
export function compileGet(read: Read, met?: (getter: string) => void): Get {
  if (typeof read === 'string') return compilePath(read, met)
  return typeof read === 'function' ? (call) => read(callOf(call)) : () => read
}

/** Compiles words; throws on a text that is none. `met` is notified of a getter on the path. */
export const compilePath = (text: string, met?: (getter: string) => void): Get => compileWord(parseWords(text), met)

/** The value as a record may hold it: a finite number, a boolean, and with `text` a string cut at 128 characters. */
export function keep(
  value: unknown,
  text: boolean,
  nameOf?: (text: string) => string | undefined,
): string | number | boolean | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint') return keep(Number(value), false)
  if (!text || typeof value !== 'string') return undefined
  const name = nameOf === undefined ? value : nameOf(value)
  return name?.slice(0, longest)
}

/** The value as a record may hold it under a key, of metadata that the application gives itself. */
export const keepUnder = (key: string, value: unknown) => keep(value, true, names.get(key))

import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import type { Instrumentation, Method, Queue } from '../model.ts'
import { suggest } from '../suggest.ts'
import { endsOf } from './ends.ts'
import { entryShape, methodShape, queueShape, type Shape } from './entry.ts'
import { guesses } from './guesses.ts'
import type { Node } from './node.ts'
import { mistake, shownKey } from './shown.ts'

interface Source {
  readonly node: Node
  /** Relative module paths are relative to the config file. */
  readonly folder: string
  readonly at: (node: { at: number }) => string
  readonly problem: (message: string) => void
  readonly found: (path: string, location: string) => void
}

/** The keys that said `ends` before it was there. */
interface Earlier {
  readonly callback?: 'last' | 'then'
  readonly settles?: readonly string[]
}

const code = /\.[cm]?[jt]sx?$/
/** The library that hand-marked scopes have in records and in `targets`. */
const reserved = 'app'

/** Reads `instrumentations:`, the user's own entries; one that is wrong is told and left out. */
export function readInstrumentations({ node, folder, at, problem, found }: Source): readonly Instrumentation[] {
  if (node.kind !== 'list') {
    problem(`instrumentations must be a list of entries (${at(node)}); using none`)
    return []
  }

  const taken = new Map<string, string>([[reserved, 'the library of scopes marked by hand']])
  return node.items.flatMap((item, i) => {
    const path = `instrumentations.${i}`
    const wrong: string[] = []
    const entry = readEntry(item, path, wrong)
    const name = entry?.name ?? ''
    const nameAt = at(childOf(item, 'name') ?? item)
    const holder = taken.get(name) ?? (entry?.target === name ? 'its own target' : undefined)
    if (holder !== undefined) wrong.push(`${path}.name is taken, it is ${holder} (${nameAt})`)
    for (const message of wrong) problem(`${message}; the entry is left out`)
    if (entry === undefined || wrong.length > 0) return []
    taken.set(name, `the name of the entry at ${nameAt}`)
    found(`instrumentations.${name}`, at(item))
    return [entry]
  })

  function readEntry(item: Node, path: string, wrong: string[]): Instrumentation | undefined {
    const entry = readShape(item, path, entryShape, wrong)
    const items = (entry?.methods ?? []) as readonly Node[]
    const pathTo = (i: number) => `${path}.methods.${i}`
    const methods = items.flatMap((one, i) => (isQueue(one) ? [] : (readMethod(one, pathTo(i), wrong) ?? [])))
    const queues = items.flatMap((one, i) => (isQueue(one) ? (readShape(one, pathTo(i), queueShape, wrong) ?? []) : []))
    if (entry === undefined || wrong.length > 0) return undefined
    const module = moduleOf(entry.module as string, childOf(item, 'module') ?? item, `${path}.module`, wrong)
    return {
      ...(entry as unknown as Instrumentation),
      module,
      methods,
      ...(queues.length > 0 && { queues: queues as unknown as readonly Queue[] }),
    }
  }

  function readMethod(item: Node, path: string, wrong: string[]): Method | undefined {
    const method = readShape(item, path, methodShape, wrong)
    if (method === undefined) return undefined
    if ('at' in method === 'channel' in method) wrong.push(`${path} must have one of at and channel (${at(item)})`)
    const { callback, settles, ends: said, ...rest } = method as unknown as Method & Earlier
    const ends = endsOf(callback, settles, said)
    return { ...rest, ...(ends && { ends }) }
  }

  function moduleOf(given: string, node: Node, path: string, wrong: string[]): string {
    const file = resolve(folder, given)
    const isFile = /^\.{0,2}\//.test(given) || isAbsolute(given)
    if (!isFile && code.test(given) && existsSync(file)) {
      wrong.push(`${path} would be a package; write ./ before it for the file (${at(node)})`)
    } else if (isFile && !exists(file)) {
      problem(`${path}: there is no such file yet (${at(node)}); it is profiled if the application finds it there`)
    }
    return isFile ? file : given
  }

  /** The map's known keys as values; undefined where something is wrong, which is then in `wrong`. */
  function readShape(item: Node, path: string, shape: Shape, wrong: string[]): Record<string, unknown> | undefined {
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
}

/** Guesses the meaning of a key that the map can't have: an entry's key in a method, or the reverse. */
function helpFor(key: string, value: Node, shape: Shape): string | undefined {
  const isMethod = shape === methodShape
  if (shape === queueShape && Object.hasOwn(methodShape, key))
    return 'what binds is not profiled; give the profiled method an item of its own'
  if (Object.hasOwn(isMethod ? entryShape : methodShape, key))
    return isMethod ? 'it belongs to the entry, above methods' : 'it belongs under methods'
  const home = guesses().homeOf(key, value)
  if (home !== undefined) return `it ${home}`
  const [hint] = suggest(key, Object.keys(shape))
  if (hint !== undefined) return `did you mean ${hint}?`
  return isMethod && 'value' in methodShape.metadata.read(mapOf(key, value)) ? 'it belongs under metadata' : undefined
}

const mapOf = (key: string, value: Node): Node => ({ kind: 'map', at: 0, entries: [{ key, at: 0, value }] })
const isQueue = (method: Node) => childOf(method, 'binds') !== undefined

function childOf(node: Node, key: string): Node | undefined {
  return node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined
}

/** True if the file exists with any extension: TypeScript writes `x.js` for `x.ts`. */
function exists(file: string): boolean {
  if (existsSync(file)) return true
  try {
    const stem = basename(file).replace(code, '')
    return readdirSync(dirname(file)).some((name) => name.replace(code, '') === stem)
  } catch {
    return false
  }
}

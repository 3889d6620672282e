import { resolve } from 'node:path'
import type { Instrumentation, Method } from '../model.ts'
import { nearest } from '../nearest.ts'
import type { Entry, Node } from './document.ts'

interface Source {
  readonly node: Node | undefined
  /** Relative module paths are relative to the config file. */
  readonly folder: string
  readonly at: (node: { at: number }) => string
  readonly problem: (message: string) => void
  readonly found: (name: string, place: string) => void
}

type Kind = 'text' | 'list' | 'map' | readonly string[]
const entryKeys: Record<string, Kind> = {
  name: 'text',
  module: 'text',
  file: 'text',
  versions: 'text',
  target: 'text',
  methods: 'list',
}
const methodKeys: Record<string, Kind> = {
  at: 'text',
  channel: 'text',
  scope: 'text',
  target: 'text',
  file: 'text',
  versions: 'text',
  metadata: 'map',
  settles: 'list',
  callback: ['last'],
}
const word = /^[A-Za-z_][\w-]*$/

/** Reads `instrumentations:`, the user's own entries; one that is wrong is told and left out. */
export function readInstrumentations({ node, folder, at, problem, found }: Source): readonly Instrumentation[] {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return []
  if (node.kind !== 'list') {
    problem(`instrumentations must be a list (${at(node)}); using none`)
    return []
  }

  const seen = new Set<string>()
  return node.items.flatMap((item, i) => {
    const wrong: string[] = []
    const entry = readEntry(item, `instrumentations.${i}`, folder, at, wrong)
    const name = entry?.name
    if (name !== undefined && seen.has(name)) wrong.push(`instrumentations.${i}.name ${name} is taken (${at(item)})`)
    for (const message of wrong) problem(`${message}; the entry is left out`)
    if (entry === undefined || wrong.length > 0) return []
    seen.add(entry.name)
    found(entry.name, at(item))
    return [entry]
  })
}

function readEntry(
  node: Node,
  path: string,
  folder: string,
  at: Source['at'],
  wrong: string[],
): Instrumentation | undefined {
  const entry = readKeys(node, path, entryKeys, ['name', 'module', 'target', 'methods'], at, wrong)
  if (wrong.length > 0) return undefined
  const { name, module, target } = entry as { name: string; module: string; target: string }
  for (const [key, value] of Object.entries({ name, target })) {
    if (!word.test(value))
      wrong.push(
        `${path}.${key} must be one word of letters, digits, _ and -, not ${JSON.stringify(value)} (${at(node)})`,
      )
  }
  const methods = (entry.methods as readonly Node[]).map((method, i) => {
    const place = `${path}.methods.${i}`
    const read = readKeys(method, place, methodKeys, ['scope'], at, wrong)
    if ((read.at === undefined) === (read.channel === undefined))
      wrong.push(`${place} must have one of at and channel (${at(method)})`)
    if (typeof read.scope === 'string' && !word.test(read.scope)) {
      wrong.push(`${place}.scope must be one word, not ${JSON.stringify(read.scope)} (${at(method)})`)
    }
    return read as unknown as Method
  })
  const path_ = /^\.{0,2}\//.test(module) ? resolve(folder, module) : module
  return { ...(entry as unknown as Instrumentation), module: path_, methods }
}

/** The map's known keys as values; metadata and settles as plain texts, methods as nodes. */
function readKeys(
  node: Node,
  path: string,
  kinds: Record<string, Kind>,
  required: readonly string[],
  at: Source['at'],
  wrong: string[],
): Record<string, unknown> {
  if (node.kind !== 'map') {
    wrong.push(`${path} must be a map (${at(node)})`)
    return {}
  }
  const values: [string, unknown][] = []
  for (const { key, value, at: offset } of node.entries) {
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    if (kind === undefined) {
      const [hint] = nearest(key, Object.keys(kinds))
      wrong.push(
        `${path}.${key} is not known (${at({ at: offset })}); ${hint ? `did you mean ${hint}?` : `known are ${Object.keys(kinds).join(', ')}`}`,
      )
      continue
    }
    const read = readKind(kind, key, value)
    if (read === undefined)
      wrong.push(`${path}.${key} must be ${Array.isArray(kind) ? kind.join(' or ') : `a ${kind}`} (${at(value)})`)
    else values.push([key, read])
  }
  for (const key of required) {
    if (!node.entries.some((entry) => entry.key === key)) wrong.push(`${path}.${key} is missing (${at(node)})`)
  }
  return Object.fromEntries(values)
}

function readKind(kind: Kind, key: string, node: Node): unknown {
  const text = (item: Node) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '' ? item.value : undefined
  if (kind === 'text') return text(node)
  if (kind === 'list') {
    if (node.kind !== 'list') return undefined
    if (key === 'methods') return node.items
    const items = node.items.map(text)
    return items.includes(undefined) ? undefined : items
  }
  if (kind === 'map') {
    if (node.kind !== 'map') return undefined
    const entries = node.entries.map(({ key: name, value }: Entry) => [name, text(value)] as const)
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries)
  }
  const value = text(node)
  return value !== undefined && kind.includes(value) ? value : undefined
}

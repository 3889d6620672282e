import { resolve } from 'node:path'
import { childOf, type Entry, isEmpty, type Node, textOf } from '../../../agent/config/node.ts'
import { shown, shownKey } from '../../../agent/config/shown.ts'
import { suggest } from '../../../agent/suggest.ts'
import { isFile } from '../../files.ts'
import { adapters } from '../adapters/names.ts'
import type { Variant } from '../model.ts'
import { entriesOf, readOptions, type Told, tellUnknown } from './reader.ts'
import { wordsOf } from './words.ts'

const kinds = ['adapter', 'function', 'command'] as const
const known = [...kinds, 'settings', 'env']

/** The entries under `variants`; one that is wrong is reported and left out. Paths are relative to `folder`. */
export function readVariants(node: Node | undefined, folder: string, told: Told): readonly Variant[] {
  return entriesOf(node, 'variants', 'names to what runs', told).flatMap((entry) => {
    const path = `variants.${shownKey(entry.key)}`
    if (!/^[\w.@ +/-]{1,60}$/.test(entry.key)) {
      told.problem(`${path} is not a name (${told.at(entry)}); use letters, digits, _ . - / + @ and spaces, 60 at most`)
      return []
    }
    return readVariant(entry, path, folder, told) ?? []
  })
}

function readVariant({ key: name, at, value }: Entry, path: string, folder: string, told: Told): Variant | undefined {
  const entries = entriesOf(value, path, 'options', told)
  if (value.kind !== 'map' && !isEmpty(value)) return undefined
  tellUnknown(entries, known, `${path}.`, told)
  const given = kinds.filter((kind) => childOf(value, kind) !== undefined)
  const [kind] = given
  if (kind === undefined || given.length > 1) {
    const what = given.length > 1 ? `has ${given.join(' and ')}` : 'says not what runs'
    told.problem(`${path} ${what} (${told.at({ at })}); it must have one of ${kinds.join(', ')}`)
    return undefined
  }
  const node = childOf(value, kind) as Node
  const settings = childOf(value, 'settings')
  if (settings !== undefined && kind !== 'adapter')
    told.problem(`${path}.settings are for an adapter (${told.at(settings)}); a ${kind} takes env`)
  const of = { adapter: readAdapter, function: readFunction, command: readCommand }[kind]
  const own = of(node, { path, folder, told, settings })
  const env = readEnv(childOf(value, 'env'), `${path}.env`, told)
  return own && { name, env, location: told.at({ at }), ...own }
}

type Own<T = Variant> = T extends unknown ? Omit<T, 'name' | 'env' | 'location'> : never
interface Parts {
  readonly path: string
  readonly folder: string
  readonly told: Told
  readonly settings: Node | undefined
}

function readAdapter(node: Node, { path, told, settings }: Parts): Own | undefined {
  const name = textOf(node) ?? ''
  const adapter = Object.hasOwn(adapters, name) ? adapters[name] : undefined
  if (adapter === undefined) {
    const names = Object.keys(adapters)
    const [hint] = suggest(name, names)
    const help = hint === undefined ? `known are ${names.join(', ')}` : `did you mean ${hint}?`
    told.problem(`${path}.adapter is ${shown(node)}, which is no adapter (${told.at(node)}); ${help}`)
    return undefined
  }
  const entries = entriesOf(settings, `${path}.settings`, 'settings', told)
  tellUnknown(entries, Object.keys(adapter.settings), `${path}.settings.`, told)
  const values = readOptions(adapter.settings, entries, `${path}.settings.`, told)
  for (const [key, option] of Object.entries(adapter.settings))
    if (option.required && values[key] === option.default && !entries.some((entry) => entry.key === key))
      told.problem(`${path}.settings.${key} is missing (${told.at(settings ?? node)}); it must be ${option.expected}`)
  return { kind: 'adapter', adapter: name, settings: values }
}

function readFunction(node: Node, { path, folder, told }: Parts): Own | undefined {
  const text = textOf(node) ?? ''
  const hash = text.lastIndexOf('#')
  const [file, name] = hash < 0 ? [text, 'default'] : [text.slice(0, hash), text.slice(hash + 1)]
  if (file === '' || name === '') {
    told.problem(`${path}.function must be a file and its export, as ./search.mjs#search (${told.at(node)})`)
    return undefined
  }
  const module = resolve(folder, file)
  if (!isFile(module)) told.problem(`${path}.function: there is no file ${file} (${told.at(node)})`)
  return { kind: 'function', module, export: name }
}

function readCommand(node: Node, { path, told }: Parts): Own | undefined {
  const location = told.at(node)
  if (node.kind === 'list') {
    const command = node.items.map((item) => (item.kind === 'scalar' && !isEmpty(item) ? String(item.value) : ''))
    if (command[0]) return { kind: 'command', command }
  }
  const text = textOf(node)
  const words = text === undefined ? { problem: 'must be a text, or a list of words' } : wordsOf(text)
  if ('words' in words) return { kind: 'command', command: words.words }
  told.problem(`${path}.command ${words.problem} (${location})`)
  return undefined
}

function readEnv(node: Node | undefined, path: string, told: Told): Record<string, string> {
  const pairs = entriesOf(node, path, 'variables to texts', told).flatMap(({ key, value, at }) => {
    if (value.kind === 'scalar' && value.problem === undefined && /^[A-Za-z_]\w*$/.test(key))
      return [[key, value.value === null ? '' : String(value.value)] as const]
    told.problem(`${path}.${shownKey(key)} must be a name with a text (${told.at({ at })})`)
    return []
  })
  return Object.fromEntries(pairs)
}

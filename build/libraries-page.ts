import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { scopeName } from '../agent/manifest.ts'
import { methodsOf } from '../agent/methods.ts'
import type { Instrumentation, Method, Wire } from '../agent/model.ts'
import { keys, targets, verbs } from '../instrumentations/shared/words.ts'
import { wires } from '../instrumentations/wire/services.ts'
import { builtIns } from './libraries.ts'
import { code, fill, table } from './table.ts'

/** The versions that a library's tests run on, and the make of its package: test/tested.json. */
export interface Tested {
  readonly on: string
  readonly formats: string
}

/** docs/libraries.md: the prose of build/libraries.template.md with what the files in instrumentations/ say. */
export function librariesPage(root: string): string {
  const tested: Record<string, Tested> = JSON.parse(readFileSync(resolve(root, 'test/tested.json'), 'utf8'))
  const words = (all: Readonly<Record<string, string>>) =>
    table(
      ['Word', 'Meaning'],
      Object.entries(all).map(([word, text]) => [code(word), text]),
    )
  const rows = builtIns.map((library) => {
    const { on = '', formats = '' } = tested[library.name] ?? {}
    return [
      code(library.name),
      code(library.module),
      code(library.versions ?? '*'),
      testedVersions(root, library.module).join(', '),
      formats,
      on,
    ]
  })

  return fill(readFileSync(resolve(root, 'build/libraries.template.md'), 'utf8'), {
    targets: words(targets),
    verbs: words(verbs),
    keys: words(keys),
    libraries: table(['Library', 'Package', 'Versions', 'Tested', 'Package format', 'Tested on'], rows),
    wires: table(['Service', 'Hosts', 'Requests', 'Scopes'], wires.map(wireRow)),
    scopes: table(['Library', 'Scope', 'Calls', 'Metadata'], builtIns.flatMap(scopesOf)),
  })
}

function wireRow({ name, hosts, calls }: Wire): string[] {
  const scopes = Object.values(calls).flatMap((all) => [all].flat().map(({ target, scope }) => `${target}.${scope}`))
  const list = (all: readonly string[]) => [...new Set(all)].map(code).join(', ')
  return [code(name), list(hosts), list(Object.keys(calls)), list(scopes)]
}

function scopesOf(library: Instrumentation): string[][] {
  const scopes = new Map<string, Set<string>>()
  const calls = new Map<string, Set<string>>()
  const waits = methodsOf(library).filter(({ wait }) => wait !== undefined)
  const waited = waits.length === 0 ? [] : ['pool_wait_ms', ...(waits.some(({ pool }) => pool) ? ['pool_size'] : [])]
  for (const method of methodsOf(library)) {
    const name = scopeName(library, method)
    const found = scopes.get(name) ?? new Set()
    scopes.set(name, found)
    if (method.note === undefined && method.noteValue === undefined && method.wait === undefined)
      calls.set(name, (calls.get(name) ?? new Set()).add(callOf(method)))
    const streamed = method.chunk ? ['chunks', 'time_to_first_chunk_ms', ...Object.keys(method.chunk)] : []
    if (method.token) streamed.push('time_to_first_token_ms')
    const compared = method.inputs ? ['repeats', 'repeat_share'] : []
    for (const key of [...Object.keys(method.metadata ?? {}), ...streamed, ...compared, ...waited]) found.add(key)
    for (const key of ['input_tokens', 'output_tokens'])
      if (library.framework && found.has(key)) found.add(`nested_${key}`)
  }
  const order = Object.keys(keys)
  return [...scopes].map(([name, found], i) => [
    i === 0 ? code(library.name) : '',
    code(name),
    [...(calls.get(name) ?? [])].join(' '),
    order
      .filter((key) => found.has(key))
      .map(code)
      .join(' '),
  ])
}

/** The last two names of the way to a function, and the versions that have it where not all have. */
function callOf({ at = '', channel, file, versions }: Method): string {
  const names = at
    .replace(/\^\d*|\?/g, '')
    .split('.')
    .filter((name) => !/^(prototype|new|default)$/.test(name))
  const call = channel ?? (names.slice(-2).join('.') || file?.split('/').at(-1) || 'default')
  return versions === undefined ? code(call) : `${code(call)} (${code(versions)})`
}

/** The versions that the sets of packages under test pin, the newest first; for a built-in module, those of Node. */
function testedVersions(root: string, module: string): string[] {
  const folder = resolve(root, 'test/packages')
  const versions = readdirSync(folder).flatMap((set): string[] => {
    const file = resolve(folder, set, 'package.json')
    if (!existsSync(file)) return []
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'))
    if (!module.startsWith('node:')) return dependencies[module] ?? []
    return Object.values<string>(optionalDependencies).map((version) => version.split('@').at(-1) ?? version)
  })
  return [...new Set(versions)].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

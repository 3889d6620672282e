import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import type { Class, Instrumentation, Method, Queue } from '../model.ts'
import { readClass } from './classes.ts'
import { endsOf } from './ends.ts'
import { entryShape, methodShape, queueShape } from './entry.ts'
import { childOf, type Node } from './node.ts'
import { readShape, type Told } from './shape.ts'

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

/** Reads `instrumentations:`, the user's own entries; one that is wrong is reported and left out. */
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
    const told = { at, wrong }
    const entry = readShape(item, path, entryShape, told)
    if (entry !== undefined && entry.methods === undefined && entry.classes === undefined)
      wrong.push(`${path}.methods is missing (${at(item)})`)
    const items = (entry?.methods ?? []) as readonly Node[]
    const pathTo = (i: number) => `${path}.methods.${i}`
    const methods = items.flatMap((one, i) => (isQueue(one) ? [] : (readMethod(one, pathTo(i), told) ?? [])))
    const queues = items.flatMap((one, i) => (isQueue(one) ? (readShape(one, pathTo(i), queueShape, told) ?? []) : []))
    const groups = (entry?.classes ?? []) as readonly Node[]
    const classes = groups.map((one, i) => readClass(one, `${path}.classes.${i}`, told))
    if (entry === undefined || wrong.length > 0) return undefined
    const module = moduleOf(entry.module as string, childOf(item, 'module') ?? item, `${path}.module`, wrong)
    return {
      ...(entry as unknown as Instrumentation),
      module,
      methods,
      ...(classes.length > 0 && { classes: classes as readonly Class[] }),
      ...(queues.length > 0 && { queues: queues as unknown as readonly Queue[] }),
    }
  }

  function readMethod(item: Node, path: string, told: Told): Method | undefined {
    const method = readShape(item, path, methodShape, told)
    if (method === undefined) return undefined
    if ('at' in method === 'channel' in method) told.wrong.push(`${path} must have one of at and channel (${at(item)})`)
    const { callback, settles, ends: said, ...rest } = method as unknown as Method & Earlier
    const ends = endsOf(callback, settles, said)
    return { ...rest, ...(ends && { ends }) }
  }

  function moduleOf(given: string, node: Node, path: string, wrong: string[]): string {
    const written = filePathIn(given)
    const file = resolve(folder, written ?? given)
    const isFile = written !== undefined
    if (!isFile && code.test(given) && existsSync(file)) {
      wrong.push(`${path} would be a package; write ./ before it for the file (${at(node)})`)
    } else if (isFile && !exists(file)) {
      problem(`${path}: there is no such file yet (${at(node)}); it is profiled if the application finds it there`)
    }
    return isFile ? file : given
  }
}

/** The path that a module's name is; undefined for a package. `.\search.js` is read everywhere: the file may be another system's. */
export function filePathIn(module: string): string | undefined {
  if (/^\.{1,2}\\/.test(module)) return module.replaceAll('\\', '/')
  return /^\.{0,2}\//.test(module) || isAbsolute(module) ? module : undefined
}

const isQueue = (method: Node) => childOf(method, 'binds') !== undefined

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

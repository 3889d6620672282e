import { EventEmitter } from 'node:events'
import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { find, importedOf, isClass, rootsFor } from '../../agent/locate/find.ts'
import { compileAt } from '../../agent/locate/path.ts'

// biome-ignore lint/suspicious/noExplicitAny: a package's values are looked at by shape
type Any = any

/** A function that was found, with its source. */
export interface Reflected {
  readonly at: string
  readonly name: string
  readonly holder: string
  readonly source: string
  /** One that a built-in profiles already. */
  readonly covered: boolean
}

/** A line that the child process writes to its third stream. */
export type Reflection =
  | { readonly by: 'import' | 'require'; readonly found: readonly Reflected[] }
  | { readonly by: 'import' | 'require'; readonly error: string }

const deepest = 3
const most = 3000
const longestSource = 20_000

/** Loads a package in this process, which is there for that alone, and tells of its functions; then ends the process. */
export async function reflect(name: string, load: (name: string) => Promise<unknown>, covered: readonly string[]) {
  const require = createRequire(join(process.cwd(), 'noop.js'))
  await tell('import', () => load(name), covered)
  await tell('require', async () => require(name), covered)
  process.kill(process.pid, 'SIGKILL')
}

async function tell(by: 'import' | 'require', load: () => Promise<unknown>, covered: readonly string[]) {
  let line: Reflection
  try {
    line = { by, found: functionsOf(await load(), covered) }
  } catch (error) {
    const { name, message, code } = (error ?? {}) as Any
    line = { by, error: `${code ?? name ?? 'error'}: ${String(message ?? error).split('\n', 1)[0]}` }
  }
  writeSync(3, `${JSON.stringify(line)}\n`)
}

interface Spot {
  readonly at: string
  readonly value: Any
  readonly holder: string
  readonly depth: number
}

/** Every function that a way leads to, the nearest way to each; no getter is called but those of the exports, as an import does. */
function functionsOf(exports: Any, coveredWays: readonly string[] = []): Reflected[] {
  const found = new Map<string, Reflected>()
  const seen = new Set<unknown>([Object.prototype, Function.prototype])
  const walked = new Set<unknown>()
  const covered = new Set(coveredWays.map((at) => functionAt(exports, at)))
  const left: Spot[] = rootsOf(exports)
  const exported = new Set(left.flatMap(({ value }) => (typeof value === 'function' ? [value.prototype] : [])))
  const add = (path: string, holder: string, fn: Any) => {
    // Members of `default` are found without that word too, by import and by require.
    const short = /^default\.(?!prototype\b)/.test(path) ? path.slice('default.'.length) : path
    const at = short !== path && functionAt(exports, short) === fn ? short : path
    if (seen.has(fn) || found.has(at) || found.size >= most) return
    seen.add(fn)
    const last = at.split('.').at(-1) ?? at
    const name = last === 'default' ? fn.name : last
    if (functionAt(exports, at) !== fn) return
    const source = Function.prototype.toString.call(fn)
    found.set(at, { at, name, holder, source: source.slice(0, longestSource), covered: covered.has(fn) })
  }

  for (let spot = left.shift(); spot !== undefined && found.size < most; spot = left.shift()) {
    const { at, value, holder, depth } = spot
    if (typeof value === 'function') {
      if (isConstructor(value)) addMethods(value, at)
      else add(at, holder, value)
    }
    if (depth >= deepest || walked.has(value) || !isDeep(value) || isOthers(value)) continue
    walked.add(value)
    if (typeof value === 'object') addInherited(value, at)
    for (const [key, inner] of entriesOf(value))
      left.push({ at: joined(at, key), value: inner, holder: holderOf(at, value), depth: depth + 1 })
  }
  return [...found.values()]

  function addMethods(type: Any, at: string): void {
    const holder = type.name || at
    let up = ''
    for (let proto = type.prototype; isPackagePrototype(proto); proto = Object.getPrototypeOf(proto)) {
      if (up !== '' && exported.has(proto)) return
      for (const [key, fn] of entriesOf(proto))
        if (typeof fn === 'function' && key !== 'constructor') add(`${at}.prototype${up}.${key}`, holder, fn)
      up += '^'
    }
  }

  /** Methods that an exported object has from a class that is not exported itself. */
  function addInherited(value: Any, at: string): void {
    for (let proto = Object.getPrototypeOf(value); isPackagePrototype(proto); proto = Object.getPrototypeOf(proto)) {
      if (exported.has(proto)) return
      for (const [key, fn] of entriesOf(proto))
        if (typeof fn === 'function' && key !== 'constructor') add(joined(at, key), proto.constructor?.name || at, fn)
    }
  }
}

/** The exports by name, then what is below the default: a name of its own is the better way. */
function rootsOf(exports: Any): Spot[] {
  const isOne = typeof exports === 'function'
  const keys = exports === null || (typeof exports !== 'object' && !isOne) ? [] : Object.getOwnPropertyNames(exports)
  const spots = keys.flatMap((key): Spot[] => {
    if (/^(default|module\.exports|__esModule|prototype|length|name|arguments|caller)$/.test(key)) return []
    try {
      return [{ at: key, value: exports[key], holder: '', depth: 0 }]
    } catch {
      return []
    }
  })
  const whole = isOne ? exports : Object.hasOwn(exports ?? {}, 'default') ? exports.default : undefined
  if (typeof whole === 'function') return [...spots, { at: 'default', value: whole, holder: '', depth: 0 }]
  const inner =
    whole === null || typeof whole !== 'object' ? [] : [{ at: 'default', value: whole, holder: '', depth: 0 }]
  return [...spots, ...inner]
}

/** The function that the agent itself would find there. */
function functionAt(exports: Any, at: string): unknown {
  try {
    const steps = compileAt(at)
    const found = find(rootsFor(importedOf(exports, steps) ?? exports, undefined), steps)
    return 'where' in found || found.through !== undefined ? undefined : found.holder[found.key]
  } catch {
    return undefined
  }
}

/** Its properties that hold a value; accessors are left alone. */
function entriesOf(value: Any): [string, Any][] {
  return Object.getOwnPropertyNames(value).flatMap((key): [string, Any][] => {
    if (typeof value === 'function' && /^(prototype|length|name|arguments|caller)$/.test(key)) return []
    const descriptor = Object.getOwnPropertyDescriptor(value, key)
    const inner = descriptor?.value
    return isDeep(inner) ? [[key, inner]] : []
  })
}

const isDeep = (value: unknown) => (typeof value === 'object' && value !== null) || typeof value === 'function'

function isConstructor(value: Any): boolean {
  return (
    isClass(value) ||
    (typeof value.prototype === 'object' && Object.getOwnPropertyNames(value.prototype ?? {}).length > 1)
  )
}

const builtIn = new Set<unknown>([Object.prototype, Function.prototype, EventEmitter.prototype])
function isPackagePrototype(proto: Any): boolean {
  return proto !== null && proto !== undefined && !builtIn.has(proto) && !isNative(proto.constructor)
}

/** Node's own classes are written in JavaScript: its modules tell which they are. */
function isNative(type: unknown): boolean {
  if (typeof type !== 'function') return false
  if (/\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(type))) return true
  const { Readable, Writable, Duplex, Transform, PassThrough, Stream } = process.getBuiltinModule('node:stream')
  return ([Readable, Writable, Duplex, Transform, PassThrough, Stream] as unknown[]).includes(type)
}

/** A value that is not the package's own making. */
const isOthers = (value: Any) =>
  Array.isArray(value) || ArrayBuffer.isView(value) || value === globalThis || value === process || value instanceof Map

const joined = (at: string, key: string) => (at === '' ? key : `${at}.${key}`)
const holderOf = (at: string, value: Any) =>
  (typeof value === 'function' ? value.name : '') || at.split('.').at(-1) || ''

import { isProxy } from 'node:util/types'
import { attach } from '../../agent/load/attach.ts'
import { modulePatchesOf, patchesByFile } from '../../agent/load/module-patches.ts'
import { manifestOf } from '../../agent/manifest.ts'
import { methodsOf } from '../../agent/methods.ts'
import type { Instrumentation, Point } from '../../agent/model.ts'

// Loaded with `--import` after the agent, or without it: every profiled method of one library is then given arguments
// that count how they are read. In front of the agent's wrappers, so that what those read is counted as well.

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
type Way = (value: Any, path: string) => unknown

const { name, mode } = JSON.parse(process.env.CROSSBRIDGE_TEST_SHIM ?? '{}') as { name: string; mode: string }
const reads: Record<string, number> = {}
// Also of an application that fails at what it is given.
process.on('exit', () => process.stdout.write(`${JSON.stringify(reads)}\n`))
const count = (what: string) => {
  reads[what] = (reads[what] ?? 0) + 1
}

/** Object literals and lists; what has a class of its own may have private fields, which none but itself has. */
function isPlain(value: Any): boolean {
  if (typeof value !== 'object' || value === null || isProxy(value)) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}
const below = (path: string, key: PropertyKey) => `${path}.${String(key).replace(/^\d+$/, '#')}`

/** With a getter for each property, which counts. */
function withGetters(value: Any, path: string): unknown {
  if (!isPlain(value) || !Object.isExtensible(value)) return value
  const made: Any = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value))
  if (Array.isArray(value)) made.length = value.length
  for (const key of Reflect.ownKeys(value)) {
    if (key === 'length' && Array.isArray(value)) continue
    const { enumerable } = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor
    Object.defineProperty(made, key, {
      enumerable: enumerable === true,
      configurable: true,
      get() {
        count(below(path, key))
        return withGetters(value[key], below(path, key))
      },
      set(next) {
        value[key] = next
      },
    })
  }
  return made
}

/** As a proxy, all of whose traps count. */
function asProxy(value: Any, path: string): unknown {
  if (!isPlain(value) || !Object.isExtensible(value)) return value
  const traps = Object.getOwnPropertyNames(Reflect).map((trap) => [
    trap,
    (target: object, key: PropertyKey, ...rest: unknown[]) => {
      const of = typeof key === 'string' || typeof key === 'symbol' ? below(path, key) : path
      count(`${trap} ${of}`)
      const found = (Reflect as Any)[trap](target, key, ...rest)
      return trap === 'get' && Object.getOwnPropertyDescriptor(target, key)?.configurable ? asProxy(found, of) : found
    },
  ])
  return new Proxy(value, Object.fromEntries(traps))
}

const way: Way = mode === 'proxies' ? asProxy : withGetters
const library: Instrumentation = (await import(`../../instrumentations/${name}.js`)).default
const manifest = manifestOf(library)
const points = methodsOf(library).map((method) => ({ method, point: { on: true } as Point }))
const at = new Map<Point, string>(points.map(({ method, point }) => [point, method.at ?? '']))

const patches = patchesByFile(manifest, points, (same, original) => {
  const path = at.get(same[0] as Point) ?? ''
  const counted = (args: IArguments) => {
    count(`${path} called`)
    return Array.from(args, (one, i) => way(one, `${path} ${i}`))
  }
  if (!Object.hasOwn(original, 'prototype'))
    return {
      shell(this: unknown) {
        return Reflect.apply(original, this, counted(arguments))
      },
    }.shell
  return function shell(this: unknown) {
    if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
    return Reflect.apply(original, this, counted(arguments))
  }
})
const on = () => true
const patchesIn = (file: string | undefined) => patches.get(file) ?? []
const modules = modulePatchesOf(manifest, { mayBeOn: on, isOn: on, patchesIn, userEntry: false })
const say = (error: unknown) => console.error(error)
attach({
  modules,
  folder: process.cwd(),
  track: false,
  follow: (result) => result,
  note() {},
  warnOnce() {},
  fault: say,
})

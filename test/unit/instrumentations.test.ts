import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import semver from 'semver'
import { methodsOf } from '../../agent/methods.ts'
import type { Method, Raw, Read } from '../../agent/model.ts'
import { compileGet } from '../../agent/scope/read.ts'
import { builtIns } from '../../build/libraries.ts'
import { root } from '../support/application.ts'

/** Every word that a library's file, or one that it shares, may read a property by. */
function wordsOf(name: string): string[] {
  const text = readFileSync(join(root, 'instrumentations', `${name}.ts`), 'utf8')
  const shared = [...text.matchAll(/'\.\/(shared\/[\w-]+)\.ts'/g)].flatMap(([, file = '']) => wordsOf(file))
  const own = Array.from(text.matchAll(/[$A-Z_a-z][$\w]*/g), ([word]) => word)
  return [...new Set([...common, ...own, ...shared])].filter((word) => word !== '__proto__')
}
const common = ['0', '1', '2', 'length', 'then', 'toString', 'toJSON', 'valueOf', 'constructor']

let ran: string[] = []
/** What is asked of an argument, since that is the driver's own object: of MongoDB's operation, of Redis' parser. */
const allowed = /commandName|redisArgs/
const run = (what: string) => {
  if (!allowed.test(what)) ran.push(what)
  return undefined
}
const symbols = [Symbol.iterator, Symbol.asyncIterator, Symbol.toPrimitive, Symbol.toStringTag, Symbol.hasInstance]
const traps = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((trap) => [
    trap,
    (target: object, key: unknown) => {
      run(`${trap} ${String(key)}`)
      return trap === 'ownKeys' ? [] : trap === 'getPrototypeOf' ? null : trap === 'has' ? false : (target as never)
    },
  ]),
)

const list = [1, 2]
const sparse = new Array(2)
sparse[1] = 1

/** What tells when anything of it runs, and what is merely odd. */
function valuesFor(words: readonly string[]): Readonly<Record<'hostile' | 'odd', Readonly<Record<string, unknown>>>> {
  /** Whose every property tells that it was read. */
  const counting = <T extends object>(made: T): T => {
    for (const key of [...words, ...symbols])
      Reflect.defineProperty(made, key, { get: () => run(String(key)), configurable: true, enumerable: true })
    return made
  }
  const nested = (inner: unknown) => Object.fromEntries(words.map((word) => [word, inner]))
  const getters = counting({})
  const methods = Object.fromEntries([...words, ...symbols].map((word) => [word, () => run(`${String(word)}()`)]))
  return {
    hostile: {
      'a proxy': new Proxy({}, traps),
      'a proxy of a list': new Proxy(list, traps),
      'a proxy of a function': new Proxy(() => {}, traps),
      getters,
      'a list of getters': counting([1, 2]),
      'a function with getters': counting(() => {}),
      'getters in an object': nested(getters),
      'getters in a list': [getters, getters],
      'getters in lists': nested([getters, getters]),
      'getters that are inherited': Object.create(getters),
      'proxies in an object': nested(new Proxy({}, traps)),
      'an object of a proxy': Object.create(new Proxy({}, traps)),
      methods,
      'methods in a list': [methods, methods],
      'a Map with getters': counting(new Map()),
      'a vector with getters': counting(Float32Array.of(0.5, 1)),
      'bytes with getters': counting(Buffer.from('bytes')),
    },
    odd: {
      nothing: undefined,
      null: null,
      'a number': 123,
      'no number': Number.NaN,
      'a bigint': 10n,
      'a boolean': true,
      'a symbol': Symbol('s'),
      'a text': 'text',
      'no text': '',
      'an empty list': [],
      'an empty object': {},
      'an object of nothing': Object.create(null),
      'a list of nothing': [undefined, null],
      'a list of numbers': [1, 2, 3],
      'a list with holes': sparse,
      'a list of lists': [[], [1]],
      'numbers in an object': nested(123),
      'symbols in an object': nested(Symbol('s')),
      'nulls in an object': nested(null),
      'texts in an object': nested('text'),
      'lists in an object': nested([]),
      'objects in an object': nested({}),
      'a date': new Date(0),
      'a Map': new Map([['a', 1]]),
      'a Set': new Set([1]),
      'a vector': Float32Array.of(0.5),
      'no bytes': Buffer.alloc(0),
      'an ArrayBuffer': new ArrayBuffer(8),
      'a promise': Promise.resolve(),
    },
  }
}

/** Every function and path that reads a call of one of these, once. */
function readsOf(methods: readonly Method[]): ReadonlyMap<Read, string> {
  const reads = methods.flatMap(({ at, channel, when, inputs, metadata, chunk, note, pool }) =>
    Object.entries({ ...metadata, ...chunk, inputs, when, note, pool }).map(([key, read]) => [
      read,
      `${at ?? channel} ${key}`,
    ]),
  )
  return new Map(reads.filter((one): one is [Read, string] => one[0] !== undefined))
}

/** What went wrong, or ran, in all reads of these calls. */
function faultsOf(
  methods: readonly Method[],
  values: Readonly<Record<string, unknown>>,
  rawsOf: (value: unknown) => Raw[],
) {
  const faults: string[] = []
  for (const [read, where] of readsOf(methods)) {
    const get = compileGet(read)
    for (const [what, value] of Object.entries(values)) {
      for (const raw of rawsOf(value)) {
        ran = []
        try {
          get(raw)
        } catch (error) {
          faults.push(`${where}, given ${what}: ${error}`)
        }
        if (ran.length > 0) faults.push(`${where}, given ${what}: ran ${ran}`)
      }
    }
  }
  return faults
}

describe('what the libraries read of a call', () => {
  for (const library of builtIns) {
    const { name } = library
    const methods = methodsOf(library)
    const { hostile, odd } = valuesFor(wordsOf(name))

    it(`${name}: runs no getter, proxy or method of an argument, and fails at none`, () => {
      const faults = faultsOf(methods, { ...hostile, ...odd }, (value) => [
        { self: {}, args: [value, value, value, value] },
        { self: {}, args: ['text', value, value] },
      ])

      assert.deepEqual(faults, [])
    })

    it(`${name}: fails at no odd result, chunk or this`, () => {
      const faults = faultsOf(methods, odd, (value) => [
        { self: {}, args: [], result: value, chunk: value },
        { self: value, args: [{}, {}], result: {}, chunk: {} },
      ])

      assert.deepEqual(faults, [])
    })
  }
})

it('a method is looked for in versions that have its class', () => {
  const outside = builtIns.flatMap(({ name, classes = [] }) =>
    classes.flatMap((one) =>
      methodsOf({ classes: [one] })
        .filter(({ versions }) => one.versions && versions && !semver.subset(versions, one.versions))
        .map(({ at, versions }) => `${name}: ${at} ${versions}, of ${one.versions}`),
    ),
  )

  assert.deepEqual(outside, [])
})

import { isAnyArrayBuffer, isMap, isProxy, isTypedArray } from 'node:util/types'
import type { Call, Raw } from '../model.ts'
import { dataOf } from '../own-data.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object
const { apply, get: read, ownKeys } = Reflect
const itself = Symbol('itself')

/**
 * The application's values as the functions of an instrumentation see them. They look like the values, but hold what
 * is there as data alone, as deep as one looks: a getter is undefined, a proxy empty, a function does nothing. Lists
 * have the methods of arrays. So neither reading nor printing nor iterating one runs anything of the application's.
 */
export function viewOf(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value
  if (typeof value === 'function') return new Proxy(functionFor(value), isProxy(value) ? hidden : functions)
  if (isProxy(value)) return new Proxy({ of: value }, hidden)
  if (Array.isArray(value)) return new Proxy([value], lists)
  if (isTypedArray(value)) return sameBytes(value)
  return isAnyArrayBuffer(value) ? value : new Proxy({ of: value }, objects)
}

/** The value behind a view: to know it again, not to look into it. */
export function originalOf(view: unknown): Any {
  return isProxy(view) || (Array.isArray(view) && hasOwn(view, itself)) ? ((view as Any)[itself] ?? view) : view
}

/** The same as a key of a WeakMap, where what is no object is never found again. */
const keyOf: Call['of'] = (view) => {
  const value = originalOf(view)
  return value !== null && (typeof value === 'object' || typeof value === 'function') ? value : {}
}

/** Runs a getter or a method of a library's own object, when its data does not tell; nothing of a proxy. */
export function askOf(value: Any, name: string, args: readonly unknown[] = []): unknown {
  if (value === undefined || value === null || isProxy(value)) return undefined
  const found = value[name]
  return typeof found === 'function' ? apply(found, value, args) : found
}

/** A call as it is seen, made once for all that read it. */
export function callOf(raw: Raw): Call {
  raw.seen ??= new Seen(raw)
  return raw.seen
}

const ask: Call['ask'] = (view, name, ...args) => viewOf(askOf(originalOf(view), name, args))

const through: Call['through'] = (view, name) => viewOf(originalOf(view)?.[name])

class Seen implements Call {
  private readonly raw: Raw
  private list: unknown[] | undefined
  readonly of = keyOf
  readonly ask = ask
  readonly through = through

  constructor(raw: Raw) {
    this.raw = raw
  }
  get key(): object {
    return this.raw.args
  }
  get self(): unknown {
    return viewOf(this.raw.self)
  }
  get args(): readonly unknown[] {
    this.list ??= viewsOf(this.raw.args)
    return this.list
  }
  get result(): unknown {
    return viewOf(this.raw.result)
  }
  get chunk(): unknown {
    return viewOf(this.raw.chunk)
  }
}

function viewsOf(args: ArrayLike<unknown>): unknown[] {
  const views: Any = []
  for (let i = 0; i < args.length; i++) views.push(viewOf(args[i]))
  views[itself] = args
  return views
}

// A Proxy has to give the real properties of a target that are fixed. So its target is our own object, which has the value.
interface Holder {
  readonly of: object
}
const functionFor = (of: object) => Object.assign(() => {}, { of })

/** The traps of a view: `of` gives the value behind it, `get` one of its properties. */
function traps<T extends object>(of: (target: T) => object, get: (value: Any, key: string) => unknown) {
  return {
    get(target: T, key: string | symbol) {
      if (typeof key === 'string') return get(of(target), key)
      if (key === itself) return of(target)
      return key === Symbol.toPrimitive ? toPrimitive : key === Symbol.iterator ? iteratorOf(of(target)) : undefined
    },
    has: (target: T, key: string | symbol) => hasOwn(of(target), key),
    ownKeys: (target: T) => ownKeys(of(target)),
    getOwnPropertyDescriptor(target: T, key: string | symbol) {
      const descriptor = getOwnPropertyDescriptor(of(target), key)
      return (
        descriptor && {
          value: viewOf(descriptor.value),
          enumerable: descriptor.enumerable === true,
          writable: true,
          configurable: true,
        }
      )
    },
    // For `instanceof`, which goes on from there.
    getPrototypeOf(target: T) {
      const found = getPrototypeOf(of(target))
      for (let one = found; one !== null; one = getPrototypeOf(one)) if (isProxy(one)) return null
      return found
    },
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
    setPrototypeOf: () => false,
    preventExtensions: () => false,
    apply: () => undefined,
    construct: () => ({}),
  }
}

const toPrimitive = (hint: string) => (hint === 'number' ? Number.NaN : '')

const objects = traps(
  ({ of }: Holder) => of,
  (value, key) => viewOf(dataOf(value, key)),
)
const functions = objects as unknown as ProxyHandler<ReturnType<typeof functionFor>>
/** The traps of a view of a proxy, which tells nothing. */
const hidden = {
  ...traps(
    () => ({}),
    () => undefined,
  ),
  get: ({ of }: Holder, key: string | symbol) =>
    key === itself ? of : key === Symbol.toPrimitive ? toPrimitive : undefined,
} as ProxyHandler<Any>

// As they were before the application loaded; run on a view, they get views.
const methods: Any = Object.assign(
  Object.create(null),
  Object.fromEntries(
    ownKeys(Array.prototype).flatMap((key) => {
      const { value } = getOwnPropertyDescriptor(Array.prototype, key) ?? {}
      return typeof key === 'string' && typeof value === 'function' ? [[key, value]] : []
    }),
  ),
)
const values = Array.prototype[Symbol.iterator]

const listTraps = traps(
  ([of]: [object]) => of,
  (value, key) => {
    const code = key.charCodeAt(0)
    if (code >= 48 && code <= 57) return viewOf(dataOf(value, key))
    return key === 'length' ? value.length : (methods[key] ?? viewOf(dataOf(value, key)))
  },
)
const lists = {
  ...listTraps,
  getOwnPropertyDescriptor: (target: [Any], key: string | symbol) =>
    key === 'length'
      ? { value: target[0].length, enumerable: false, writable: true, configurable: false }
      : listTraps.getOwnPropertyDescriptor(target, key),
}

/** Lists and maps alone: any other iterator is the application's code. */
function iteratorOf(value: object): unknown {
  if (Array.isArray(value)) return values
  return isMap(value) ? () => entriesOf(value) : undefined
}
const entries = Map.prototype.entries
function* entriesOf(map: Map<unknown, unknown>): Generator<[unknown, unknown]> {
  for (const [key, value] of apply(entries, map, []) as ReturnType<typeof entries>) yield [viewOf(key), viewOf(value)]
}

const typed = getPrototypeOf(Uint8Array.prototype)
const getterOf = (key: PropertyKey) => (getOwnPropertyDescriptor(typed, key) as { get(): Any }).get
const part = { kind: getterOf(Symbol.toStringTag), buffer: getterOf('buffer'), offset: getterOf('byteOffset') }
const length = getterOf('length')
const kinds: Any = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis)
    .filter((name) => /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(name))
    .map((name) => [name, read(globalThis, name)]),
)

/** A new typed array or Buffer of the same memory, without what the application may have put on its own. */
function sameBytes(value: object): unknown {
  const of = (getter: () => Any) => apply(getter, value, [])
  const [buffer, offset, size] = [of(part.buffer), of(part.offset), of(length)]
  try {
    if (getPrototypeOf(value) === Buffer.prototype) return Buffer.from(buffer, offset, size)
    return new kinds[of(part.kind)](buffer, offset, size)
  } catch {
    return new Uint8Array(0) // The memory was given away.
  }
}

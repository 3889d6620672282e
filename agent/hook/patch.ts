import types from 'node:util/types'
import shimmer from 'shimmer'
import { nearest } from '../nearest.ts'
import type { Step } from '../path.ts'
import { textOf } from '../voice.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
export type Fn = (...args: Any[]) => Any
// The application's tests may put a fake in its place.
const soon = queueMicrotask

/** One function to replace: `wrap` makes what takes its place. */
export interface Site {
  readonly at: string
  readonly steps: readonly Step[]
  /** `inner` tells by `this` that a call is part of another, which is wrapped as well. */
  readonly wrap: (original: Fn, inner?: (self: unknown) => boolean) => Fn
  /** Told when the way ends at nothing, which for `()` and `new` shows only later. */
  readonly missing: (where: string, near: readonly string[]) => void
}

/** Where a way led. `rest` is left over when it goes on through a call or an object made later. */
interface Place {
  readonly holder: Any
  readonly key: string | symbol
  /** What leads from the exports to the holder. */
  readonly trail: readonly { readonly holder: Any; readonly key: string | symbol }[]
  readonly through?: 'call' | 'new'
  readonly rest: readonly Step[]
}
/** What made an object known: a call that returned it, or its class. */
type From = 'call' | 'new'
interface Miss {
  readonly where: string
  readonly near: readonly string[]
  /** What is missing may be. */
  readonly optional?: boolean | undefined
}

export interface Patcher {
  /** Whether the way of a site leads to something; undefined, or what is missing. */
  check(exports: unknown, site: Site): Miss | undefined
  /** Replaces the site's function; gives the exports to hand on, a copy where they can't be changed. */
  patch(exports: unknown, site: Site): unknown
}

/** `follow` hands a call's result on and tells its value (a promise's too) without changing how it behaves. */
export function createPatcher(follow: (result: unknown, seen: (value: unknown) => void) => unknown): Patcher {
  shimmer({ logger: () => {} })
  /** What stands for an original, by site, so that two copies of one export stay one function. */
  const wrappers = new WeakMap<Fn, Map<unknown, Fn>>()
  const ours = new WeakMap<Fn, { readonly owner: unknown; readonly original: Fn }>()
  /** The sites that go on through a function's results, or a class's objects. */
  const taps = new WeakMap<Fn, Map<Site, readonly Step[]>>()

  function check(exports: unknown, site: Site): Miss | undefined {
    if (isDefaultOf(exports, site)) return undefined
    const found = find(rootsOf(exports), stepsFrom(exports, site.steps))
    if ('where' in found) return found.optional ? undefined : found
    return fixedAt(found, site)
  }

  function patch(exports: unknown, site: Site): unknown {
    if (isDefaultOf(exports, site)) return wrapperOf(exports as Fn, site, site.wrap)
    const steps = stepsFrom(exports, site.steps)
    let handed = exports
    let last: Miss | undefined
    let done = false
    for (const root of rootsOf(exports)) {
      const found = find([root], steps)
      const miss = 'where' in found ? found : fixedAt(found, site)
      if ('where' in found || miss !== undefined) {
        last ??= miss
        continue
      }
      done = true
      const copy = replaceAt(found, site)
      const top = copy === undefined ? undefined : carry(copy, found.trail)
      if (top === undefined) continue
      if (root === exports) handed = top
      else if (isHookNamespace(exports)) (exports as Any).default = top
    }
    if (!done && last !== undefined && !last.optional) site.missing(last.where, last.near)
    return handed
  }

  function replaceAt({ holder, key, through, rest }: Place, site: Site, from?: From): unknown {
    if (through === 'call') return replace(holder, key, 'call', (original) => tapCall(original, site, rest))
    if (through === 'new') return replace(holder, key, 'new', (original) => tapNew(original, site, rest))
    return replace(holder, key, site, (original) => {
      const wrapper = site.wrap(original, from === 'new' ? (self) => isOverridden(self, key, wrapper) : undefined)
      return wrapper
    })
  }

  /** Puts the wrapper in; gives a copy of the holder where it can't be changed in place. */
  function replace(holder: Any, key: string | symbol, owner: unknown, make: (original: Fn) => Fn): unknown {
    const original = holder[key] as Fn
    const wrapper = wrapperOf(original, owner, make)
    if (wrapper === original) return undefined
    if (isHookNamespace(holder)) {
      holder[key] = wrapper
      return undefined
    }
    const own = Object.getOwnPropertyDescriptor(holder, key)
    if (own === undefined ? Object.isExtensible(holder) : own.configurable) {
      install(holder, key, wrapper)
      return undefined
    }
    if (own?.writable && !types.isModuleNamespaceObject(holder)) {
      holder[key] = wrapper
      return undefined
    }
    return copyWith(holder, key, wrapper)
  }

  function wrapperOf(original: Fn, owner: unknown, make: (original: Fn) => Fn): Fn {
    for (let mine = ours.get(original); mine !== undefined; mine = ours.get(mine.original)) {
      if (mine.owner !== owner) continue
      if (typeof owner === 'string') make(mine.original)
      return original
    }
    const known = wrappers.get(original) ?? new Map<unknown, Fn>()
    wrappers.set(original, known)
    const made = make(original)
    const earlier = known.get(owner)
    if (earlier !== undefined) return earlier
    const wrapper = hasState(original) && !types.isProxy(made) ? standIn(made, original) : made
    known.set(owner, wrapper)
    ours.set(wrapper, { owner, original })
    if (!types.isProxy(wrapper)) dress(wrapper, original)
    claimConstructor(wrapper, original)
    return wrapper
  }

  /**
   * Whether the object has the method from a class further down, wrapped as well: then this call came through that
   * one's `super`, perhaps after an `await`.
   */
  function isOverridden(self: Any, key: PropertyKey, wrapper: Fn): boolean {
    try {
      const top = self?.[key]
      if (top === wrapper || !ours.has(top)) return false
      for (let under = ours.get(top)?.original; under !== undefined; under = ours.get(under)?.original)
        if (under === wrapper) return false
      return true
    } catch {
      return false // An object that can't be asked.
    }
  }

  function tapCall(original: Fn, site: Site, rest: readonly Step[]): Fn {
    const known = taps.get(original)
    known?.set(site, rest)
    if (known !== undefined) return original
    const sites = new Map([[site, rest]])
    taps.set(original, sites)
    const seen = (value: unknown) => reach(value, sites, 'call')
    if (!Object.hasOwn(original, 'prototype')) {
      return {
        shell(this: unknown) {
          return follow(Reflect.apply(original, this, arguments), seen)
        },
      }.shell
    }
    return function shell(this: unknown) {
      if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
      return follow(Reflect.apply(original, this, arguments), seen)
    }
  }

  function tapNew(original: Fn, site: Site, rest: readonly Step[]): Fn {
    const known = taps.get(original)
    known?.set(site, rest)
    if (known !== undefined) return original
    const sites = new Map([[site, rest]])
    taps.set(original, sites)
    const proxy: Fn = new Proxy(original, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget === proxy ? target : newTarget)
        reach(made, sites, 'new', newTarget !== proxy)
        return made
      },
    })
    return proxy
  }

  /**
   * Goes on from an object that a call returned or a class made. It is `early` while a subclass has yet to set its
   * fields: methods of the prototypes are there, functions in fields (`embedQuery = async () => …`) come after.
   */
  function reach(value: unknown, sites: ReadonlyMap<Site, readonly Step[]>, from: From, early = false): void {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return
    if (early) soon(() => reach(value, sites, from))
    for (const [site, rest] of sites) {
      try {
        const found = find([value], rest)
        if ('where' in found) {
          if (!early && !found.optional) site.missing(found.where, found.near)
          continue
        }
        const owner = found.holder === value ? ownerOf(value, found.key) : found.holder
        if (replaceAt({ ...found, holder: owner }, site, from) !== undefined)
          site.missing(`${String(found.key)} can't be replaced`, [])
      } catch (error) {
        site.missing(textOf(error), [])
      }
    }
  }

  return { check, patch }
}

/** `module.exports = function`, which an import sees as the default. */
function isDefaultOf(exports: Any, { at }: Site): boolean {
  return at === 'default' && typeof exports === 'function' && !('default' in exports) && !isClass(exports)
}

/** What an import sees as `default` is, required, `module.exports` itself. */
function stepsFrom(exports: Any, steps: readonly Step[]): readonly Step[] {
  const [first, second] = steps
  const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function'
  const isDefault = first?.kind === 'get' && first.name === 'default' && second?.kind === 'get'
  return isObject && isDefault && !('default' in exports) ? steps.slice(1) : steps
}

/** Whether what was found can't be replaced, not in a copy of its holder either. */
function fixedAt({ holder, key }: Place, { at }: Site): Miss | undefined {
  if (isHookNamespace(holder)) return undefined
  const own = Object.getOwnPropertyDescriptor(holder, key)
  const free = own === undefined ? Object.isExtensible(holder) : own.configurable || own.writable
  return free || isPlain(holder) ? undefined : { where: `${at} (it can't be replaced)`, near: [] }
}

/** Puts the copy of an object in the place of the object; gives a copy of the exports where not even that goes. */
function carry(copy: unknown, trail: Place['trail']): unknown {
  let value = copy
  for (const { holder, key } of trail.toReversed()) {
    if (isHookNamespace(holder)) {
      holder[key] = value
      return undefined
    }
    const own = Object.getOwnPropertyDescriptor(holder, key)
    if (own?.configurable || (own?.writable && !types.isModuleNamespaceObject(holder))) {
      Object.defineProperty(
        holder,
        key,
        own.configurable
          ? { value, writable: true, configurable: true, enumerable: own.enumerable ?? false }
          : { value },
      )
      return undefined
    }
    value = copyWith(holder, key, value)
  }
  return value
}

/** An object that is nothing but its properties. */
function isPlain(holder: Any): boolean {
  if (isPrototype(holder)) return false
  const prototype = typeof holder === 'object' ? Object.getPrototypeOf(holder) : undefined
  return prototype === null || prototype === Object.prototype
}

/** Where the way leads: from the exports, else from their default. */
function find(roots: readonly Any[], steps: readonly Step[]): Place | Miss {
  let miss: Miss | undefined
  for (const root of roots) {
    const found = walk(root, steps)
    if (!('where' in found)) return found
    miss ??= found
  }
  return miss ?? { where: 'the exports', near: [] }
}

function walk(root: Any, steps: readonly Step[]): Place | Miss {
  let holder = root
  let way = ''
  const trail: { readonly holder: Any; readonly key: string | symbol }[] = []
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'up') {
      holder = Object.getPrototypeOf(holder)
      way += '^'
      if (holder === null) return { where: way, near: [] }
      continue
    }
    if (step.kind !== 'get') return { where: way, near: [] }
    const { name } = step
    const value = propertyOf(holder, name)
    const word = typeof name === 'symbol' ? `@@${name.description?.replace('Symbol.', '')}` : name
    way += way === '' ? word : `.${word}`
    const next = steps[i + 1]?.kind
    if (next === undefined || next === 'call' || next === 'new') {
      if (typeof value !== 'function')
        return step.optional
          ? { where: way, near: [], optional: true }
          : { where: way, near: nearest(word, functionsOf(holder), 3) }
      if (next === undefined && isClass(value as Fn))
        return { where: `${way} (it is a class; name one of its methods)`, near: [] }
      if (next === 'new' && hidesStatics(value as Fn))
        return { where: `${way}.new (the class has private static members)`, near: [] }
      return next === undefined
        ? { holder, key: name, trail, rest: [] }
        : { holder, key: name, trail, through: next, rest: steps.slice(i + 2) }
    }
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
      return { where: way, near: nearest(word, namesOf(holder), 3) }
    }
    trail.push({ holder, key: name })
    holder = value
  }
  return { where: way, near: [] }
}

/** A property's value; an accessor of a prototype is not called, since it would get the prototype as `this`. */
function propertyOf(holder: Any, name: string | symbol): unknown {
  if (isPrototype(holder) && Object.getOwnPropertyDescriptor(holder, name)?.get) return undefined
  return holder[name]
}

const isPrototype = (holder: Any) => Object.hasOwn(holder, 'constructor') && holder.constructor?.prototype === holder

function rootsOf(exports: Any): Any[] {
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return []
  const inner = exports.default
  const nested = inner !== null && inner !== exports && (typeof inner === 'object' || typeof inner === 'function')
  return nested ? [exports, inner] : [exports]
}

/** A Proxy over a class breaks its `static #private` members, so such a class is left alone. */
const hidesStatics = (value: Fn) =>
  /\bstatic\s+(?:async\s+|get\s+|set\s+|\*\s*)*#/.test(Function.prototype.toString.call(value))

/** A class can't be called, and a copy of it would have statics of its own. */
const isClass = (value: Fn) => /^class\b/.test(Function.prototype.toString.call(value))

/** import-in-the-middle hands out a Proxy over an object without prototype: assigning to it sets the export. */
function isHookNamespace(holder: Any): boolean {
  return types.isProxy(holder) && Object.getPrototypeOf(holder) === null
}

/**
 * Puts the wrapper in by shimmer, without the marks that it leaves: `__unwrap` invites other agents to take ours off.
 * An object without prototype (a module's namespace, copied) is none for shimmer.
 */
function install(holder: Any, key: string | symbol, wrapper: Fn): void {
  const { writable = true, enumerable = false } = Object.getOwnPropertyDescriptor(holder, key) ?? {}
  if (typeof holder.propertyIsEnumerable === 'function' && !types.isProxy(wrapper)) {
    const before = marks.map((mark) => [mark, Object.getOwnPropertyDescriptor(wrapper, mark)] as const)
    shimmer.wrap(holder, key, () => wrapper)
    for (const [mark, descriptor] of before) {
      if (descriptor === undefined) delete (wrapper as Any)[mark]
      else Object.defineProperty(wrapper, mark, descriptor)
    }
  }
  Object.defineProperty(holder, key, { value: wrapper, writable, enumerable, configurable: true })
}

const marks = ['__original', '__unwrap', '__wrapped']

function ownerOf(value: Any, key: string | symbol): Any {
  let owner = value
  while (owner !== null && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner)
  return owner ?? value
}

/** The same object with one value replaced; the other names stay live. */
function copyWith(exports: Any, key: string | symbol, wrapper: unknown): unknown {
  const copy = Object.create(Object.getPrototypeOf(exports))
  for (const name of Reflect.ownKeys(exports)) {
    const enumerable = Object.getOwnPropertyDescriptor(exports, name)?.enumerable ?? true
    const get = () => (name === key ? wrapper : exports[name])
    Object.defineProperty(copy, name, { get, enumerable, configurable: true })
  }
  return copy
}

/** Gives the wrapper the original's name, length, prototype and own properties; shimmer does not. */
function dress(wrapper: Fn, original: Fn): void {
  Object.setPrototypeOf(wrapper, Object.getPrototypeOf(original))
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key)
    const own = Object.getOwnPropertyDescriptor(wrapper, key)
    if (descriptor === undefined) continue
    if (own === undefined || own.configurable) Object.defineProperty(wrapper, key, descriptor)
    else if (own.writable && 'value' in descriptor) (wrapper as Any)[key] = descriptor.value
  }
}

/** Properties that code inside the module may change, or read after the application changed them. */
function hasState(original: Fn): boolean {
  return Reflect.ownKeys(original).some((key) => !usual.has(key))
}

const usual = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller', ...marks])

/** Calls go to the shell, all else to the original itself. */
function standIn(shell: Fn, original: Fn): Fn {
  const proxy: Fn = new Proxy(original, {
    apply: (_, self, args) => Reflect.apply(shell, self, args),
    construct: (_, args, newTarget) => Reflect.construct(original, args, newTarget === proxy ? original : newTarget),
  })
  return proxy
}

/** `new X().constructor === X` holds for the application, which has the wrapper. */
function claimConstructor(wrapper: Fn, original: Fn): void {
  const own = Object.getOwnPropertyDescriptor(original.prototype ?? {}, 'constructor')
  if (own?.writable && own.value === original)
    Object.defineProperty(original.prototype, 'constructor', { value: wrapper })
}

function functionsOf(holder: Any): string[] {
  return namesOf(holder).filter((name) => typeof propertyOf(holder, name) === 'function')
}

function namesOf(holder: Any): string[] {
  const names = new Set<string>()
  for (
    let object = holder;
    object !== null && object !== Object.prototype && object !== Function.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name)
  }
  return [...names]
}

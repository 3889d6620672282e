import { isProxy } from 'node:util/types'
import type { Step } from '../path.ts'
import { textOf } from '../voice.ts'
import { claimConstructor, dress, hasState, share, standIn } from './dress.ts'
import { find, holderOf, isClass, type Miss, type Place, rootsFor, stepsFrom } from './find.ts'
import { withGiven } from './given.ts'
import { carry, fixedAt, isHookNamespace, put } from './put.ts'
import { before, createSpots } from './spots.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
export type Fn = (...args: Any[]) => Any
// The application's tests may put a fake in its place.
const soon = queueMicrotask

/** One function to replace: `wrap` makes what takes its place. */
export interface Site {
  readonly at: string
  /** Gives what the steps begin at, if that is not the exports. */
  readonly from?: ((exports: Any) => unknown) | undefined
  readonly steps: readonly Step[]
  /** `inner` tells by `this` that a call is part of another, which is wrapped as well. */
  readonly wrap: (original: Fn, inner?: (self: unknown) => boolean) => Fn
  /** Whether its calls are profiled now; absent means always. */
  readonly on?: () => boolean
  /** Told when the way ends at nothing, which for `()` and `new` shows only later. */
  readonly missing: (where: string, near: readonly string[]) => void
}

/** What made an object known: a call that returned it, one that gave it to a function, or its class. */
type From = 'call' | 'given' | 'new'
export interface Patcher {
  /** Whether the way of a site leads to something; undefined, or what is missing. */
  check(exports: unknown, site: Site): Miss | undefined
  /** Replaces the site's function; gives the exports to hand on, a copy where they can't be changed. */
  patch(exports: unknown, site: Site): unknown
  /** Puts the originals of sites that are off back, where our wrapper is on top. */
  release(): void
}

/**
 * `follow` hands a call's result on and tells its value (a promise's too) without changing how it behaves. With `track`
 * what is patched can be released, and patched again: the same wrapper goes back in. What was found through `()`, `(=>)`
 * or `new` stays, and passes calls through.
 */
export function createPatcher(
  follow: (result: unknown, seen: (value: unknown) => void) => unknown,
  track = false,
): Patcher {
  const spots = track ? createSpots() : undefined
  /** What stands for an original, by site, so that two copies of one export stay one function. */
  const wrappers = new WeakMap<Fn, Map<unknown, Fn>>()
  const ours = new WeakMap<Fn, { readonly owner: unknown; readonly original: Fn }>()
  /** The sites that go on through a function's results, or a class's objects. */
  const taps = new WeakMap<Fn, Map<Site, readonly Step[]>>()

  function check(exports: unknown, site: Site): Miss | undefined {
    if (isDefaultOf(exports, site)) return undefined
    const found = find(rootsFor(exports, site.from), stepsFrom(exports, site.steps))
    if ('where' in found) return found.optional ? undefined : found
    return fixedAt(found, site.at)
  }

  function patch(exports: unknown, site: Site): unknown {
    if (isDefaultOf(exports, site)) return wrapperOf(exports as Fn, site, site.wrap)
    const steps = stepsFrom(exports, site.steps)
    let handed = exports
    let last: Miss | undefined
    let done = false
    for (const root of rootsFor(exports, site.from)) {
      const found = find([root], steps)
      const miss = 'where' in found ? found : fixedAt(found, site.at)
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
    const tracked = from === undefined
    if (through === 'new') return replace(holder, key, 'new', (original) => tapNew(original, site, rest), tracked)
    if (through !== undefined)
      return replace(holder, key, through, (original) => tapCall(original, site, rest, through), tracked)
    const make = (original: Fn) => {
      const wrapper = site.wrap(original, from === 'new' ? (self) => isOverridden(self, key, wrapper) : undefined)
      return wrapper
    }
    return replace(holder, key, site, make, tracked)
  }

  /** Gives a copy of the holder where it can't be changed in place. */
  function replace(
    holder: Any,
    key: string | symbol,
    owner: unknown,
    make: (original: Fn) => Fn,
    tracked: boolean,
  ): unknown {
    // Another agent's wrapper may hide it.
    const there = spots?.in(holder, key, owner)
    if (there !== undefined) {
      if (typeof owner === 'string') make(there.original)
      return undefined
    }
    const original = holder[key] as Fn
    const wrapper = wrapperOf(original, owner, make)
    if (wrapper === original) return undefined
    const stood = before(holder, key)
    const copy = put(holder, key, wrapper)
    if (copy !== undefined || spots === undefined || !tracked) return copy
    const on = typeof owner === 'string' ? () => isLive(taps.get(original)) : () => isOn(owner as Site)
    spots.add(holder, key, { owner, wrapper, original, before: stood, on })
    return undefined
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
    if (earlier !== undefined) {
      share(original, earlier)
      claimConstructor(earlier, original)
      return earlier
    }
    const wrapper = hasState(original) && !isProxy(made) ? standIn(made, original) : made
    known.set(owner, wrapper)
    ours.set(wrapper, { owner, original })
    if (!isProxy(wrapper)) dress(wrapper, original)
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

  function tapCall(original: Fn, site: Site, rest: readonly Step[], from: 'call' | 'given'): Fn {
    const known = taps.get(original)
    known?.set(site, rest)
    if (known !== undefined) return original
    const sites = new Map([[site, rest]])
    taps.set(original, sites)
    const seen = (value: unknown) => reach(value, sites, from)
    const pass = (args: IArguments) => (from === 'given' && isLive(sites) ? withGiven(args, seen) : args)
    const hand = (result: unknown) => (from === 'given' || !isLive(sites) ? result : follow(result, seen))
    if (!Object.hasOwn(original, 'prototype')) {
      return {
        shell(this: unknown) {
          return hand(Reflect.apply(original, this, pass(arguments)))
        },
      }.shell
    }
    return function shell(this: unknown) {
      if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
      return hand(Reflect.apply(original, this, pass(arguments)))
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
      if (!isOn(site)) continue
      try {
        const found = find([value], rest)
        if ('where' in found) {
          if (!early && !found.optional) site.missing(found.where, found.near)
          continue
        }
        const holder = found.holder === value ? holderOf(value, found.key) : found.holder
        if (replaceAt({ ...found, holder }, site, from) !== undefined)
          site.missing(`${String(found.key)} can't be replaced`, [])
      } catch (error) {
        site.missing(textOf(error), [])
      }
    }
  }

  return { check, patch, release: () => spots?.release() }
}

const isOn = ({ on }: Site) => on === undefined || on()

function isLive(sites: ReadonlyMap<Site, unknown> | undefined): boolean {
  for (const site of sites?.keys() ?? []) if (isOn(site)) return true
  return false
}

/** `module.exports = function`, which an import sees as the default. */
function isDefaultOf(exports: Any, { at }: Site): boolean {
  return at === 'default' && typeof exports === 'function' && !('default' in exports) && !isClass(exports)
}

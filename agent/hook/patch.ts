import { isProxy } from 'node:util/types'
import { areBindings, isLate } from './bindings.ts'
import { claimConstructor, dress, hasState, share, standIn } from './dress.ts'
import { find, isClass, type Miss, type Place, rootsFor, stepsFrom } from './find.ts'
import { carry, fixedAt, put } from './put.ts'
import { before, createSpots } from './spots.ts'
import { createTaps, type From, isOn, type Site } from './tap.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
export type Fn = (...args: Any[]) => Any

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
  const taps = createTaps(follow, replaceAt)

  function check(exports: unknown, site: Site): Miss | undefined {
    if (isDefaultOf(exports, site)) return undefined
    const found = find(rootsFor(exports, site.from), stepsFrom(exports, site.steps))
    if ('where' in found && found.optional) return undefined
    if ('where' in found) return isLate(exports, site.steps) ? { ...found, unset: 'late' } : found
    return fixedAt(found, site.at, exports)
  }

  function patch(exports: unknown, site: Site): unknown {
    if (isDefaultOf(exports, site)) {
      const wrapper = wrapperOf(exports as Fn, site, site.wrap)
      if ((exports as Any).default === exports) Reflect.set(exports as Fn, 'default', wrapper)
      return wrapper
    }
    const steps = stepsFrom(exports, site.steps)
    let handed = exports
    let last: Miss | undefined
    let done = false
    for (const root of rootsFor(exports, site.from)) {
      const found = find([root], steps)
      const miss = 'where' in found ? found : fixedAt(found, site.at, exports)
      if ('where' in found || miss !== undefined) {
        last ??= miss
        continue
      }
      done = true
      const copy = replaceAt(found, site)
      const top = copy === undefined ? undefined : carry(copy, found.trail)
      if (top === undefined) continue
      if (root === exports) handed = top
      else if (areBindings(exports)) (exports as Any).default = top
    }
    if (!done && last !== undefined && !last.optional) site.missing(last.where, last.near)
    return handed
  }

  function replaceAt({ holder, key, through, rest }: Place, site: Site, from?: From): unknown {
    const tracked = from === undefined
    if (through !== undefined)
      return replace(holder, key, through, (original) => taps.through(original, site, rest, through), tracked)
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
    const on = typeof owner === 'string' ? () => taps.isLive(original) : () => isOn(owner as Site)
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

  return { check, patch, release: () => spots?.release() }
}

/** `module.exports = function`, which an import sees as the default. */
function isDefaultOf(exports: Any, { at }: Site): boolean {
  if (at !== 'default' || typeof exports !== 'function' || isClass(exports)) return false
  return !('default' in exports) || exports.default === exports
}

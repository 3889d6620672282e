import { isProxy } from 'node:util/types'
import { isFresh, markFresh } from '../fresh.ts'
import { areBindings, isLate, whyUnset } from '../locate/bindings.ts'
import { find, findFrom, importedOf, type Miss, type Place, rootsFor } from '../locate/find.ts'
import { carryMetadata, isRegistered } from '../reflected.ts'
import { alias } from './alias.ts'
import { createTaps, type Follow, type From, isOn, type Site } from './deferred.ts'
import { claimConstructor, claimListener, dress, hasState, share, standIn } from './imitate.ts'
import { before, createSpots } from './patches.ts'
import { carry, fixedAt, put } from './replace.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
export type Fn = (...args: Any[]) => Any

export interface Patcher {
  /** Whether the way of a site leads to something; undefined, or what is missing. */
  check(exports: unknown, site: Site): Miss | undefined
  /** Replaces the site's function; gives the exports to hand on, a copy where they can't be changed. */
  patch(exports: unknown, site: Site): unknown
  /** After all sites of a module: a function's other names among the exports lead to its wrapper too. Gives as `patch`. */
  alias(exports: unknown): unknown
  /** Puts the originals of sites that are off back, where our wrapper is on top. */
  release(): void
}

/**
 * `follow` hands a call's result on and tells its value (a promise's too) without changing how it behaves. With `track`
 * what is patched can be released, and patched again: the same wrapper goes back in. What was found through `()`, `(=>)`
 * or `new` stays, and passes calls through.
 */
export function createPatcher(follow: Follow, track = false): Patcher {
  const spots = track ? createSpots() : undefined
  /** What stands for an original, by site, so that two copies of one export stay one function. */
  const wrappers = new WeakMap<Fn, Map<unknown, Fn>>()
  const ours = new WeakMap<Fn, { readonly owner: unknown; readonly original: Fn }>()
  const taps = createTaps(follow, replaceAt)

  function check(exports: unknown, site: Site): Miss | undefined {
    const found = find(rootsFor(importedOf(exports, site.steps, site.from) ?? exports, site.from), site.steps)
    if ('where' in found && found.optional) return undefined
    if ('where' in found) return isLate(exports, site.steps) ? { ...found, unset: 'late' } : found
    return fixedAt(found, site.at, exports)
  }

  function patch(exports: unknown, site: Site): unknown {
    const imported = importedOf(exports, site.steps, site.from)
    if (imported === undefined) return patchIn(exports, site)
    patchIn(imported, site)
    return imported.default
  }

  function patchIn(exports: unknown, site: Site): unknown {
    let handed = exports
    let last: Miss | undefined
    let done = false
    for (const root of rootsFor(exports, site.from)) {
      const found = find([root], site.steps)
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
    if (through === 'new' && isRegistered(holder[key], site.own === true)) {
      const found = findFrom(holder[key].prototype, rest)
      if (!('where' in found)) return replaceAt(found, site, 'new')
    }
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
    spots.add(holder, key, { owner, wrapper, original, before: stood, on: () => isOwnerOn(owner, original) })
    return undefined
  }

  /** Whose wrapper stands for a function now. */
  const ownerOf = (original: unknown) =>
    [...(wrappers.get(original as Fn)?.keys() ?? [])].find((owner) => isOwnerOn(owner, original as Fn))
  const isOwnerOn = (owner: unknown, original: Fn) =>
    typeof owner === 'string' ? taps.isLive(original) : isOn(owner as Site)

  function standing(value: unknown): unknown {
    const owner = ownerOf(value)
    const wrapper = owner === undefined ? undefined : wrappers.get(value as Fn)?.get(owner)
    return wrapper === undefined ? value : standing(wrapper)
  }

  /** The layers that stand on it elsewhere are put on it here. */
  function replaceAlias(holder: Any, key: string | symbol): void {
    // Another name of it may be a binding that can't be set; it stays what it is.
    if (areBindings(holder) && whyUnset(holder, key) !== undefined) return
    for (let owner = ownerOf(holder[key]); owner !== undefined; owner = ownerOf(holder[key])) {
      const value = holder[key]
      const wrapper = wrappers.get(value)?.get(owner) as Fn
      if (replace(holder, key, owner, () => wrapper, true) !== undefined || holder[key] === value) return
    }
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
      claim(earlier, original, owner)
      return earlier
    }
    const wrapper = hasState(original) && !isProxy(made) ? standIn(made, original) : made
    if (isFresh(original)) markFresh(wrapper)
    known.set(owner, wrapper)
    ours.set(wrapper, { owner, original })
    if (isProxy(wrapper)) carryMetadata(original, wrapper)
    else dress(wrapper, original)
    claim(wrapper, original, owner)
    return wrapper
  }

  function claim(wrapper: Fn, original: Fn, owner: unknown): void {
    claimConstructor(wrapper, original)
    // A Proxy would show it as one of its own properties.
    if ((owner as Site).own && !isProxy(wrapper)) claimListener(wrapper, original)
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

  const known = {
    standing,
    originalOf: (value: unknown) => ours.get(value as Fn)?.original,
    replace: replaceAlias,
    track,
  }
  return { check, patch, alias: (exports) => alias(exports, known), release: () => spots?.release() }
}

import { isProxy } from 'node:util/types'
import { isFresh, markFresh } from '../fresh-promises.ts'
import { areBindings, isLate, whyUnset } from '../locate/bindings.ts'
import { type Found, find, findFrom, importedOf, type Miss, rootsFor } from '../locate/find.ts'
import { carryMetadata, isRegistered } from '../reflected.ts'
import { alias } from './alias.ts'
import { before, createPatches } from './applied-patches.ts'
import { createDeferred, type Follow, type From, type Missing } from './deferred.ts'
import { claimConstructor, claimListener, hasState, imitate, share, standIn } from './imitate.ts'
import type { Fn, Patch } from './patch.ts'
import { fixedAt, replaceIn, replaceOnTrail } from './replace.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

export interface Patcher {
  /** Undefined when the path of a patch leads to a function that can be replaced; else what is missing. */
  check(exports: unknown, patch: Patch): Miss | undefined
  /** Replaces the patch's function; gives the exports to hand on, a copy where they can't be changed. */
  patch(exports: unknown, patch: Patch): unknown
  /** After all patches of a module: a function's other names among the exports lead to its wrapper too. Gives as `patch`. */
  alias(exports: unknown): unknown
  /** Puts the originals of patches that are off back, where our wrapper is on top. */
  release(): void
}

export interface PatcherParts {
  /** Hands a call's result on and tells its value (a promise's too) without changing how it behaves. */
  readonly follow: Follow
  /** Told of a path that ends at no function, which for `()` and `new` shows only later. */
  readonly missing: Missing
  /** True when patches may be released. */
  readonly track?: boolean
}

/**
 * Puts wrappers in, and takes them off. With `track` patches can be released, and applied again: the same wrapper goes
 * back in. A wrapper that was put in through `()`, `(=>)` or `new` stays, and passes calls through.
 */
export function createPatcher({ follow, missing, track = false }: PatcherParts): Patcher {
  const patches = track ? createPatches() : undefined
  /** The wrappers of an original, by patch, so that two copies of one export stay one function. */
  const wrappers = new WeakMap<Fn, Map<unknown, Fn>>()
  const ours = new WeakMap<Fn, { readonly owner: unknown; readonly original: Fn }>()
  const deferred = createDeferred({ follow, missing, replaceAt })

  function check(exports: unknown, patch: Patch): Miss | undefined {
    const found = find(rootsFor(importedOf(exports, patch.path, patch.from) ?? exports, patch.from), patch.path)
    if ('where' in found && found.optional) return undefined
    if ('where' in found) return isLate(exports, patch.path) ? { ...found, unset: 'late' } : found
    return fixedAt(found, patch.at, exports)
  }

  function apply(exports: unknown, patch: Patch): unknown {
    const imported = importedOf(exports, patch.path, patch.from)
    if (imported === undefined) return applyIn(exports, patch)
    applyIn(imported, patch)
    return imported.default
  }

  function applyIn(exports: unknown, patch: Patch): unknown {
    let handed = exports
    let last: Miss | undefined
    let done = false
    for (const root of rootsFor(exports, patch.from)) {
      const found = find([root], patch.path)
      const miss = 'where' in found ? found : fixedAt(found, patch.at, exports)
      if ('where' in found || miss !== undefined) {
        last ??= miss
        continue
      }
      done = true
      const copy = replaceAt(found, patch)
      const top = copy === undefined ? undefined : replaceOnTrail(copy, found.trail)
      if (top === undefined) continue
      if (root === exports) handed = top
      else if (areBindings(exports)) (exports as Any).default = top
    }
    if (!done && last !== undefined && !last.optional) missing(patch, last.where, last.near)
    return handed
  }

  function replaceAt({ holder, key, through, rest }: Found, patch: Patch, from?: From): unknown {
    const tracked = from === undefined
    if (through === 'new' && isRegistered(holder[key], patch.inUserFile === true)) {
      const found = findFrom(holder[key].prototype, rest)
      if (!('where' in found)) return replaceAt(found, patch, 'new')
    }
    if (through !== undefined)
      return replace(holder, key, through, (original) => deferred.through(original, patch, rest, through), tracked)
    const make = (original: Fn) => {
      const wrapper = patch.wrap(original, from === 'new' ? (self) => isOverridden(self, key, wrapper) : undefined)
      return wrapper
    }
    return replace(holder, key, patch, make, tracked)
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
    const there = patches?.in(holder, key, owner)
    if (there !== undefined) {
      if (typeof owner === 'string') make(there.original)
      return undefined
    }
    const original = holder[key] as Fn
    const wrapper = wrapperOf(original, owner, make)
    if (wrapper === original) return undefined
    const stood = before(holder, key)
    const copy = replaceIn(holder, key, wrapper)
    if (copy !== undefined || patches === undefined || !tracked) return copy
    patches.add(holder, key, { owner, wrapper, original, before: stood, on: () => isOwnerOn(owner, original) })
    return undefined
  }

  /** The patch (or kind of step) that is on and has a wrapper of the function. */
  const ownerOf = (original: unknown) =>
    [...(wrappers.get(original as Fn)?.keys() ?? [])].find((owner) => isOwnerOn(owner, original as Fn))
  const isOwnerOn = (owner: unknown, original: Fn) =>
    typeof owner === 'string' ? deferred.isLive(original) : (owner as Patch).on()

  function standing(value: unknown): unknown {
    const owner = ownerOf(value)
    const wrapper = owner === undefined ? undefined : wrappers.get(value as Fn)?.get(owner)
    return wrapper === undefined ? value : standing(wrapper)
  }

  /** Puts all wrappers that a function has elsewhere on it here. */
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
    else imitate(wrapper, original)
    claim(wrapper, original, owner)
    return wrapper
  }

  function claim(wrapper: Fn, original: Fn, owner: unknown): void {
    claimConstructor(wrapper, original)
    // A Proxy would show it as one of its own properties.
    if ((owner as Patch).inUserFile && !isProxy(wrapper)) claimListener(wrapper, original)
  }

  /**
   * True when the object has the method from a class further down, wrapped as well: then this call came through that
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
      return false // A getter or a proxy that throws.
    }
  }

  const aliasParts = {
    standing,
    originalOf: (value: unknown) => ours.get(value as Fn)?.original,
    replace: replaceAlias,
    track,
  }
  return { check, patch: apply, alias: (exports) => alias(exports, aliasParts), release: () => patches?.release() }
}

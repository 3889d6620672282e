import { className } from '../class-name.ts'
import { type Found, findFrom } from '../locate/find.ts'
import type { Step } from '../locate/path.ts'
import { withCallbackArgument } from './callback-argument.ts'
import type { Fn, Patch } from './patch.ts'

// The application's tests may put a fake in its place.
const soon = queueMicrotask

/** Hands on what `maker` returned, and tells its value, a promise's too. */
export type Follow = (result: unknown, seen: (value: unknown) => void, maker: Fn, unreported: () => void) => unknown

/** The source of an object: a call that returned it, one that passed it to a function, or its class. */
export type From = 'call' | 'callbackArgument' | 'new'

/** Told of a path that ends at no function. */
export type Missing = (patch: Patch, where: string, near: readonly string[]) => void

/** Paths that go on through a function's results, or a class's objects. */
export interface Deferred {
  /** Takes the function's place, so that the patch's path goes on; the function itself where it is replaced already. */
  through(original: Fn, patch: Patch, rest: readonly Step[], from: From): Fn
  /** True when any patch that goes on through the function is on. */
  isLive(original: Fn): boolean
}

interface DeferredParts {
  readonly follow: Follow
  readonly missing: Missing
  /** Replaces the function at the end of a path; anything but undefined says that it could not. */
  readonly replaceAt: (found: Found, patch: Patch, from: From) => unknown
}

export function createDeferred({ follow, missing, replaceAt }: DeferredParts): Deferred {
  const replaced = new WeakMap<Fn, Map<Patch, readonly Step[]>>()

  function through(original: Fn, patch: Patch, rest: readonly Step[], from: From): Fn {
    const known = replaced.get(original)
    known?.set(patch, rest)
    if (known !== undefined) return original
    const patches = new Map([[patch, rest]])
    replaced.set(original, patches)
    if (from === 'new') return deferNew(original, patches)
    const seen = (value: unknown) => reach(value, patches, from)
    const pass = (args: IArguments) =>
      from === 'callbackArgument' && isAnyOn(patches) ? withCallbackArgument(args, seen) : args
    const unreported = () => {
      for (const patch of patches.keys()) if (patch.on()) patch.unreported?.()
    }
    const hand = (result: unknown) =>
      from === 'callbackArgument' || !isAnyOn(patches) ? result : follow(result, seen, original, unreported)
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

  function deferNew(original: Fn, patches: ReadonlyMap<Patch, readonly Step[]>): Fn {
    const proxy: Fn = new Proxy(original, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget === proxy ? target : newTarget)
        reach(made, patches, 'new', newTarget !== proxy)
        return made
      },
    })
    return proxy
  }

  /**
   * Goes on from an object that a call returned or a class made. `isIncomplete`: a subclass has yet to set its fields.
   * Methods of the prototypes are there, functions in fields (`embedQuery = async () => …`) come after.
   */
  function reach(value: unknown, patches: ReadonlyMap<Patch, readonly Step[]>, from: From, isIncomplete = false): void {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return
    if (isIncomplete) soon(() => reach(value, patches, from))
    for (const [patch, rest] of patches) {
      if (!patch.on()) continue
      try {
        const found = findFrom(value, rest)
        if ('where' in found) {
          if (!isIncomplete && !found.optional) missing(patch, found.where, found.near)
          continue
        }
        if (replaceAt(found, patch, from) !== undefined) missing(patch, `${String(found.key)} can't be replaced`, [])
      } catch (error) {
        missing(patch, `${patch.at}, which threw ${className(error)}`, [])
      }
    }
  }

  return { through, isLive: (original) => isAnyOn(replaced.get(original)) }
}

function isAnyOn(patches: ReadonlyMap<Patch, unknown> | undefined): boolean {
  for (const patch of patches?.keys() ?? []) if (patch.on()) return true
  return false
}

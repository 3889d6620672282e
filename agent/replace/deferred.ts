import { className } from '../class-name.ts'
import { findFrom, type Place } from '../locate/find.ts'
import type { Step } from '../locate/path.ts'
import { withGiven } from './callback-argument.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
type Fn = (...args: Any[]) => Any
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
  /** In a file of the user's own, which may have put it somewhere before it was wrapped. */
  readonly own?: boolean | undefined
  /** Whether its calls are profiled now; absent means always. */
  readonly on?: () => boolean
  /** Told when the way ends at nothing, which for `()` and `new` shows only later. */
  readonly missing: (where: string, near: readonly string[]) => void
  /** Told when a promise on the way is rejected and Node may not report it. */
  readonly unreported?: (() => void) | undefined
}

/** Hands on what `maker` returned, and tells its value, a promise's too. */
export type Follow = (result: unknown, seen: (value: unknown) => void, maker: Fn, unreported: () => void) => unknown

/** What made an object known: a call that returned it, one that gave it to a function, or its class. */
export type From = 'call' | 'given' | 'new'

/** Ways that go on through a function's results, or a class's objects. */
export interface Taps {
  /** What takes the function's place, so that the site's way goes on; the function itself where it is tapped already. */
  through(original: Fn, site: Site, rest: readonly Step[], from: From): Fn
  /** Whether any site that goes on through the function is on. */
  isLive(original: Fn): boolean
}

/** `replaceAt` replaces what a way led to at last; anything but undefined says that it could not. */
export function createTaps(follow: Follow, replaceAt: (place: Place, site: Site, from: From) => unknown): Taps {
  const taps = new WeakMap<Fn, Map<Site, readonly Step[]>>()

  function through(original: Fn, site: Site, rest: readonly Step[], from: From): Fn {
    const known = taps.get(original)
    known?.set(site, rest)
    if (known !== undefined) return original
    const sites = new Map([[site, rest]])
    taps.set(original, sites)
    if (from === 'new') return tapNew(original, sites)
    const seen = (value: unknown) => reach(value, sites, from)
    const pass = (args: IArguments) => (from === 'given' && isAnyOn(sites) ? withGiven(args, seen) : args)
    const unreported = () => {
      for (const site of sites.keys()) if (isOn(site)) site.unreported?.()
    }
    const hand = (result: unknown) =>
      from === 'given' || !isAnyOn(sites) ? result : follow(result, seen, original, unreported)
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

  function tapNew(original: Fn, sites: ReadonlyMap<Site, readonly Step[]>): Fn {
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
        const found = findFrom(value, rest)
        if ('where' in found) {
          if (!early && !found.optional) site.missing(found.where, found.near)
          continue
        }
        if (replaceAt(found, site, from) !== undefined) site.missing(`${String(found.key)} can't be replaced`, [])
      } catch (error) {
        site.missing(`${String(site.at)}, which threw ${className(error)}`, [])
      }
    }
  }

  return { through, isLive: (original) => isAnyOn(taps.get(original)) }
}

/** Whether the calls of a site are profiled now. */
export const isOn = ({ on }: Site) => on === undefined || on()

function isAnyOn(sites: ReadonlyMap<Site, unknown> | undefined): boolean {
  for (const site of sites?.keys() ?? []) if (isOn(site)) return true
  return false
}

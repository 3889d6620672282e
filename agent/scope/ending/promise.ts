import { isProxy } from 'node:util/types'
import type { Method as Entry } from '../../model.ts'
import { createStamp } from '../../stamp.ts'

/**
 * How a native promise is observed. `fresh`: its call made it, so it is chained, and what nobody handles is reported as
 * ever. `chain`: the same on the word of a library's file or an entry. `beside`: it may be handled, shared or kept by
 * others, so it is listened to and handed on itself.
 */
export type ObserveMode = 'fresh' | 'chain' | 'beside'

const { apply } = Reflect
const { prototype } = Promise
const { then } = prototype
const chained = createStamp<Promise<unknown>>()

export function observeModeOf(observe: Entry['observe'], fresh: boolean): ObserveMode {
  if (observe === 'beside' || (observe === undefined && !fresh)) return 'beside'
  return fresh ? 'fresh' : 'chain'
}

/**
 * Tells how a native promise settles, and gives what to hand on: the promise itself, or one that is chained to it.
 * `ok` and `failed` never throw.
 */
export function observe<C>(
  promise: Promise<unknown>,
  mode: ObserveMode,
  context: C,
  ok: (context: C, value: unknown) => void,
  failed: (context: C, error: unknown, beside: boolean) => void,
): Promise<unknown> {
  const known = mode === 'chain' ? chained.of(promise) : undefined
  if (mode === 'beside' || known !== undefined || (mode === 'chain' && !isReplaceable(promise))) {
    apply(then, promise, [
      (value: unknown) => ok(context, value),
      (error: unknown) => failed(context, error, known === undefined),
    ])
    return known ?? promise
  }
  const made = apply(then, promise, [
    (value: unknown) => {
      ok(context, value)
      return value
    },
    (error: unknown) => {
      failed(context, error, false)
      throw error
    },
  ]) as Promise<unknown>
  // The same promise in is the same promise out.
  if (mode === 'chain') chained.put(promise, made)
  return made
}

/** Whether a native promise can be listened to without running anything of the application's. */
export function isPlain(promise: object): boolean {
  const parent = Object.getPrototypeOf(promise)
  return (parent === prototype || isForeign(parent)) && !Object.hasOwn(promise, 'constructor')
}

/** A plain one whose settling is all of the call; with a `then` of its own, or in a `shaped` result's place, it may not be. */
export const isWhole = (promise: object, shaped: boolean): boolean =>
  isPlain(promise) && !(shaped ? isAdorned(promise) : Object.hasOwn(promise, 'then'))

const isReplaceable = (promise: object) => Object.isExtensible(promise) && !isAdorned(promise)

/** With properties of its own, so that no other can stand for it. Node's own are symbols. */
const isAdorned = (promise: object) => Object.getOwnPropertyNames(promise).length > 0

const foreign = new WeakMap<object, boolean>()

/** The `Promise.prototype` of another realm, as `node:vm` makes one. */
function isForeign(parent: object | null): boolean {
  if (parent === null || isProxy(parent)) return false
  const known = foreign.get(parent)
  if (known !== undefined) return known
  const { value: maker } = Object.getOwnPropertyDescriptor(parent, 'constructor') ?? {}
  const is =
    isNative(maker, 'Promise') &&
    Object.getOwnPropertyDescriptor(maker, 'prototype')?.value === parent &&
    isNative(Object.getOwnPropertyDescriptor(maker, Symbol.species)?.get, 'get [Symbol.species]')
  foreign.set(parent, is)
  return is
}

const { toString: sourceOf } = Function.prototype
const isNative = (value: unknown, name: string) =>
  typeof value === 'function' && apply(sourceOf, value, []) === `function ${name}() { [native code] }`

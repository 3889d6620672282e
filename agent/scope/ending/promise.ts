import { isProxy } from 'node:util/types'
import type { Method } from '../../model.ts'
import { createStamp } from '../../stamp.ts'

/**
 * The three ways to observe a native promise. `fresh`: its call made it, so it is chained, and Node reports an unhandled
 * rejection as ever. `chain`: the same because a library's file or an entry says so. `beside`: others may handle, share
 * or keep it, so it is listened to and handed on itself.
 */
export type ObserveMode = 'fresh' | 'chain' | 'beside'

const { apply } = Reflect
const { prototype } = Promise
const { then } = prototype
const chained = createStamp<Promise<unknown>>()

export function observeModeOf(observe: Method['observe'], fresh: boolean): ObserveMode {
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

/** True when a native promise can be listened to without running anything of the application's. */
export function isPlain(promise: object): boolean {
  const parent = Object.getPrototypeOf(promise)
  return (parent === prototype || isForeign(parent)) && !Object.hasOwn(promise, 'constructor')
}

/** A plain promise that settles when the call ends; with a `then` of its own, or for a `shaped` result, it may not. */
export const isWhole = (promise: object, shaped: boolean): boolean =>
  isPlain(promise) && !(shaped ? isAdorned(promise) : Object.hasOwn(promise, 'then'))

const isReplaceable = (promise: object) => Object.isExtensible(promise) && !isAdorned(promise)

/** It has properties, so no other promise can stand for it. Node's own are symbols. */
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

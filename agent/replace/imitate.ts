import { carryMetadata, inherits } from '../reflected.ts'
import type { Fn } from './patch.ts'
import { shimmerKeys } from './replace.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/** Gives the wrapper the original's name, length, prototype, own properties and metadata; shimmer does not. */
export function imitate(wrapper: Fn, original: Fn): void {
  Object.setPrototypeOf(wrapper, parentOf(original))
  for (const key of Reflect.ownKeys(original)) {
    if (isClaim(original, key)) continue
    const descriptor = Object.getOwnPropertyDescriptor(original, key)
    const present = Object.getOwnPropertyDescriptor(wrapper, key)
    if (descriptor === undefined) continue
    if (present === undefined || present.configurable) Object.defineProperty(wrapper, key, descriptor)
    else if (present.writable && 'value' in descriptor) (wrapper as Any)[key] = descriptor.value
  }
  carryMetadata(original, wrapper)
}

const parentOf = (original: Fn) => (inherits(original) ? original : Object.getPrototypeOf(original))

/** Properties that code inside the module may change, or read after the application changed them. */
export function hasState(original: Fn): boolean {
  return Reflect.ownKeys(original).some((key) => !usual.has(key) && !isClaim(original, key))
}

const usual = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller', ...shimmerKeys])

/** Calls go to the shell, all else to the original itself. */
export function standIn(shell: Fn, original: Fn): Fn {
  const proxy: Fn = new Proxy(original, {
    apply: (_, self, args) => Reflect.apply(shell, self, args),
    construct: (_, args, newTarget) => Reflect.construct(original, args, newTarget === proxy ? original : newTarget),
    // A Proxy over an object that can't be extended has to give its real prototype.
    getPrototypeOf: () => (Object.isExtensible(original) ? parentOf(original) : Object.getPrototypeOf(original)),
  })
  return proxy
}

/** Copies what the application has put on a function to the one that takes its place. */
export function share(from: Fn, to: Fn): void {
  for (const key of Reflect.ownKeys(from)) {
    const descriptor = Object.getOwnPropertyDescriptor(from, key)
    if (descriptor !== undefined && !usual.has(key) && !isClaim(from, key) && !Object.hasOwn(to, key))
      Reflect.defineProperty(to, key, descriptor)
  }
  carryMetadata(from, to)
}

/** `new X().constructor === X` holds for the application, which has what is `there`. */
export function claimConstructor(there: Fn, away: Fn): void {
  const descriptor = Object.getOwnPropertyDescriptor(away.prototype ?? {}, 'constructor')
  if (descriptor?.writable && descriptor.value === away)
    Object.defineProperty(away.prototype, 'constructor', { value: there })
}

/** `emitter.off(there)` takes off what was put on before they changed places: Node asks a listener for its `listener`. */
export function claimListener(there: Fn, away: Fn): void {
  if (isClaim(there)) Reflect.deleteProperty(there, 'listener')
  if (Object.hasOwn(away, 'listener')) return
  const listener = { value: there, writable: true, configurable: true, enumerable: false }
  if (Reflect.defineProperty(away, 'listener', listener)) claims.set(away, there)
}

const claims = new WeakMap<Fn, Fn>()
/** True when `claimListener` has set a function's `listener`. */
export const isClaim = (fn: Fn, key: string | symbol = 'listener') =>
  key === 'listener' && claims.has(fn) && claims.get(fn) === Object.getOwnPropertyDescriptor(fn, key)?.value

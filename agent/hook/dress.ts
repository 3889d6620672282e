import { marks } from './put.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
type Fn = (...args: Any[]) => Any

/** Gives the wrapper the original's name, length, prototype and own properties; shimmer does not. */
export function dress(wrapper: Fn, original: Fn): void {
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
export function hasState(original: Fn): boolean {
  return Reflect.ownKeys(original).some((key) => !usual.has(key))
}

const usual = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller', ...marks])

/** Calls go to the shell, all else to the original itself. */
export function standIn(shell: Fn, original: Fn): Fn {
  const proxy: Fn = new Proxy(original, {
    apply: (_, self, args) => Reflect.apply(shell, self, args),
    construct: (_, args, newTarget) => Reflect.construct(original, args, newTarget === proxy ? original : newTarget),
  })
  return proxy
}

/** `new X().constructor === X` holds for the application, which has the wrapper. */
export function claimConstructor(wrapper: Fn, original: Fn): void {
  const own = Object.getOwnPropertyDescriptor(original.prototype ?? {}, 'constructor')
  if (own?.writable && own.value === original)
    Object.defineProperty(original.prototype, 'constructor', { value: wrapper })
}

/** What the application has put on one of the two is on the other as well, where they change places. */
export function share(from: Fn, to: Fn): void {
  for (const key of Reflect.ownKeys(from)) {
    const descriptor = Object.getOwnPropertyDescriptor(from, key)
    if (descriptor !== undefined && !usual.has(key) && !Object.hasOwn(to, key))
      Reflect.defineProperty(to, key, descriptor)
  }
}

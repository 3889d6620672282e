import type { Scope } from './call.ts'

export type { Emit, ObservedCall, Output, Probe, ProbeRecord } from './extensions.ts'
export type { Hot, Metadata, ProfileRecord, Timing } from './model.ts'

/** The running agent, as manual scopes use it. None of these throws. */
export interface Manual {
  begin(name: string, metadata: ScopeMetadata | undefined): Scope | undefined
  /** `fn` made the result. */
  follow(scope: Scope, result: unknown, fn: Fn): unknown
  end(scope: Scope, result: unknown, failed: boolean, error: unknown): void
  start(handle: Handle, metadata: ScopeMetadata | undefined): void
  stop(which: Handle | string, metadata: ScopeMetadata | undefined): void
}

/** Kept are numbers, booleans and strings, these cut at 128 characters; `model`, `collection` and the like are names. */
export type ScopeMetadata = Readonly<Record<string, unknown>>

// biome-ignore lint/suspicious/noExplicitAny: the application's functions pass here
type Fn = (...args: any[]) => any

/** reflect-metadata's additions to `Reflect`; reflected.ts has the same, but this file stands alone. */
interface Reflected {
  getOwnMetadataKeys?: (target: object) => unknown[]
  getOwnMetadata?: (key: unknown, target: object) => unknown
  defineMetadata?: (key: unknown, value: unknown, target: object) => void
}

/** The key of the running agent on `globalThis`: all copies and versions of this package agree on it. */
export const manualKey = Symbol.for('crossbridge.marks')

/**
 * Runs `fn` in a scope and gives what it gives, a promise included; the scope ends with it. Throws what `fn` throws.
 * Without the agent it only runs `fn`.
 */
export function profile<T>(name: string, fn: () => T): T
export function profile<T>(name: string, metadata: ScopeMetadata | undefined, fn: () => T): T
export function profile<T>(name: string, first: ScopeMetadata | (() => T) | undefined, second?: () => T): T {
  const fn = (typeof first === 'function' ? first : second) as () => T
  const metadata = typeof first === 'function' ? undefined : first
  return run(name, metadata, fn, undefined, [])
}

/** A decorator (standard or legacy) of methods, accessors and fields, and a wrapper of functions: each call is a scope. */
export interface Profiled {
  <F extends Fn>(
    fn: F,
    context?: ClassMethodDecoratorContext | ClassGetterDecoratorContext | ClassSetterDecoratorContext,
  ): F
  (field: undefined, context: ClassFieldDecoratorContext): <V>(value: V) => V
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor
}

/** Makes a decorator or wrapper; without a name the scope has the function's. Without the agent calls only pass through. */
export function profiled(name?: string): Profiled {
  const decorate = (target: unknown, context?: unknown, descriptor?: unknown) => {
    if (context === undefined) return wrapIfFunction(target, name, undefined)
    if (typeof context !== 'object') return legacy(descriptor, name, String(context))
    const { kind, name: key } = context as DecoratorContext
    const wrap = (value: unknown) => wrapIfFunction(value, name, String(key))
    if (kind === 'field') return wrap
    return kind === 'method' || kind === 'getter' || kind === 'setter' ? wrap(target) : undefined
  }
  return decorate as Profiled
}

/** Scopes with a start and a stop of their own. */
export interface Profiler {
  /** Opens a scope; the handle stops it. */
  start(name: string, metadata?: ScopeMetadata): Handle
  /** Ends a handle's scope, or the latest open one of that name; metadata is added. Unknown names are ignored. */
  stop(scope: Handle | string, metadata?: ScopeMetadata): void
}
export interface Handle {
  readonly name: string
}

/** The profiler of this thread; without the agent its methods do nothing. */
export function getProfiler(): Profiler {
  return {
    start(name, metadata) {
      const handle: Handle = { name }
      manual()?.start(handle, metadata)
      return handle
    },
    stop(which, metadata) {
      manual()?.stop(which, metadata)
    },
  }
}

function run<T>(name: string, metadata: ScopeMetadata | undefined, fn: Fn, self: unknown, args: ArrayLike<unknown>): T {
  const agent = manual()
  const scope = agent?.begin(name, metadata)
  if (agent === undefined || scope === undefined) return Reflect.apply(fn, self, args)
  let result: unknown
  try {
    // Calls in it are nested in it; an agent of another version may know nothing of that.
    result = scope.span?.run === undefined ? Reflect.apply(fn, self, args) : scope.span.run(fn, self, args)
  } catch (error) {
    agent.end(scope, undefined, true, error)
    throw error
  }
  return agent.follow(scope, result, fn) as T
}

function manual(): Manual | undefined {
  return (globalThis as { [manualKey]?: Manual })[manualKey]
}

/** TypeScript's `experimentalDecorators`; there is nothing to wrap on a property or a parameter. */
function legacy(descriptor: unknown, name: string | undefined, key: string): PropertyDescriptor | undefined {
  if (typeof descriptor !== 'object' || descriptor === null) return undefined
  const made: PropertyDescriptor = { ...descriptor }
  for (const part of ['value', 'get', 'set'] as const)
    if (made[part] !== undefined) made[part] = wrapIfFunction(made[part], name, key) as Fn
  return made
}

function wrapIfFunction(value: unknown, name: string | undefined, key: string | undefined): unknown {
  return typeof value === 'function' ? wrapped(value as Fn, name, key) : value
}

/** Carries what the function carries, and is as constructible as that; a construction is no call to profile. */
function wrapped<F extends Fn>(fn: F, name: string | undefined, fallback: string | undefined): F {
  const scope = name ?? (fn.name || fallback || 'anonymous')
  const wrapper = Object.hasOwn(fn, 'prototype')
    ? function wrapper(this: unknown) {
        if (new.target) return Reflect.construct(fn, arguments, new.target === wrapper ? fn : new.target)
        return run(scope, undefined, fn, this, arguments)
      }
    : {
        wrapper(this: unknown) {
          return run(scope, undefined, fn, this, arguments)
        },
      }.wrapper
  // Other decorators (NestJS's) keep metadata by the function: the wrapper has to lead to it, as in reflected.ts.
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as Reflected
  const inherits = defineMetadata !== undefined && !Object.hasOwn(fn, 'prototype')
  const parent = inherits ? fn : Object.getPrototypeOf(fn)
  if (parent !== Function.prototype) Object.setPrototypeOf(wrapper, parent)
  const { arguments: _, caller: __, ...properties } = Object.getOwnPropertyDescriptors(fn) as PropertyDescriptorMap
  Object.defineProperties(wrapper, properties)
  for (const key of getOwnMetadataKeys?.(fn) ?? []) defineMetadata?.(key, getOwnMetadata?.(key, fn), wrapper)
  return wrapper as unknown as F
}

import type { Scope } from './scope/wrap.ts'

/** What the agent offers to hand-marked scopes, when it runs. */
export interface Marks {
  begin(name: string): Scope | undefined
  describe(scope: Scope, metadata: ScopeMetadata): void
  follow(scope: Scope, result: unknown): unknown
  end(scope: Scope, result: unknown, failed: boolean, error: unknown): void
}

/** Kept are numbers, booleans and strings, these cut at 128 characters. */
export type ScopeMetadata = Readonly<Record<string, unknown>>

// biome-ignore lint/suspicious/noExplicitAny: the application's functions pass here
type Fn = (...args: any[]) => any

/** Where the running agent stands; two copies of this package agree on it. */
export const marksKey = Symbol.for('crossbridge.marks')

/**
 * Runs `fn` in a scope and gives what it gives, a promise included; the scope ends with it. Throws what `fn` throws.
 * Without the agent it only runs `fn`.
 */
export function profile<T>(name: string, fn: () => T): T
export function profile<T>(name: string, metadata: ScopeMetadata, fn: () => T): T
export function profile<T>(name: string, first: ScopeMetadata | (() => T), second?: () => T): T {
  const fn = (typeof first === 'function' ? first : second) as () => T
  const metadata = typeof first === 'function' ? undefined : first
  return run(name, metadata, fn, undefined, [])
}

/** A decorator (standard or legacy) of methods and a wrapper of functions: each call runs in a scope. */
export interface Profiled {
  <F extends Fn>(fn: F, context?: DecoratorContext): F
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor
}

/** Makes a decorator or wrapper; without a name the scope has the function's. Without the agent calls only pass through. */
export function profiled(name?: string): Profiled {
  const wrap = <F extends Fn>(fn: F, fallback: string): F => {
    const scope = name ?? (fn.name || fallback)
    const wrapper = function (this: unknown, ...args: unknown[]) {
      return run(scope, undefined, fn, this, args)
    }
    for (const key of ['name', 'length'] as const)
      Object.defineProperty(wrapper, key, { value: fn[key], configurable: true })
    return wrapper as unknown as F
  }
  const decorate = (
    target: object | Fn,
    context?: DecoratorContext | string | symbol,
    descriptor?: PropertyDescriptor,
  ) => {
    if (descriptor !== undefined) return { ...descriptor, value: wrap(descriptor.value as Fn, String(context)) }
    const key = typeof context === 'object' ? context.name : undefined
    return wrap(target as Fn, key === undefined ? 'anonymous' : String(key))
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

const open = new Map<Handle, Scope>()
const latest = new Map<string, Handle[]>()

/** The profiler of this thread; without the agent its methods do nothing. */
export function getProfiler(): Profiler {
  return {
    start(name, metadata) {
      const handle: Handle = { name }
      const agent = marks()
      const scope = agent?.begin(name)
      if (agent === undefined || scope === undefined) return handle
      if (metadata !== undefined) agent.describe(scope, metadata)
      open.set(handle, scope)
      latest.set(name, [...(latest.get(name) ?? []), handle])
      return handle
    },
    stop(which, metadata) {
      const handle = typeof which === 'string' ? latest.get(which)?.at(-1) : which
      const scope = handle && open.get(handle)
      const agent = marks()
      if (handle === undefined || scope === undefined || agent === undefined) return
      open.delete(handle)
      const others = (latest.get(handle.name) ?? []).filter((one) => one !== handle)
      if (others.length > 0) latest.set(handle.name, others)
      else latest.delete(handle.name)
      if (metadata !== undefined) agent.describe(scope, metadata)
      agent.end(scope, undefined, false, undefined)
    },
  }
}

function run<T>(name: string, metadata: ScopeMetadata | undefined, fn: Fn, self: unknown, args: unknown[]): T {
  const agent = marks()
  const scope = agent?.begin(name)
  if (agent === undefined || scope === undefined) return Reflect.apply(fn, self, args)
  if (metadata !== undefined) agent.describe(scope, metadata)
  try {
    return agent.follow(scope, Reflect.apply(fn, self, args)) as T
  } catch (error) {
    agent.end(scope, undefined, true, error)
    throw error
  }
}

function marks(): Marks | undefined {
  return (globalThis as { [marksKey]?: Marks })[marksKey]
}

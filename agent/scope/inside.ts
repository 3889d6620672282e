import type { Scope } from '../call.ts'
import type { Point } from '../model.ts'
import type { MethodFn } from './ending/watcher.ts'
import { enclosing } from './nesting.ts'
import { knownBy } from './waits.ts'

/** Stands for the object of a call to which all belongs that its library calls in the synchronous part of its work. */
const anyone = Symbol('anyone')
/** The same of what its library calls first. */
const first = Symbol('first')

/** The call whose synchronous part is running; without a scope where it is sampled out. */
export const inside = {
  self: undefined as unknown,
  point: undefined as Point | undefined,
  scope: undefined as Scope | undefined,
  /** The call of this library that begins first has waited for a connection since then. */
  lent: undefined as { readonly library: string; readonly since: number } | undefined,
}

/**
 * The same object's method of the same scope called from inside it (a subclass calling `super`, a method calling its
 * sibling) is the same call, not another.
 */
export function isInside(point: Point, self: unknown, args: ArrayLike<unknown>): boolean {
  if (point.part && enclosing(point.nestName ?? point.name) !== undefined) return true
  const running = inside.point
  if (running === undefined) return false
  if (inside.self !== anyone && inside.self !== first) return inside.self === self && running.counts === point.counts
  if (running.library !== point.library) return false
  if (inside.self === first) {
    inside.self = undefined
    inside.point = undefined
  } else if (inside.scope !== undefined) knownBy(point, inside.scope, self, args)
  return true
}

/** True where all belongs to the running call that this library calls. */
export const isPart = (library: string | undefined): boolean =>
  inside.self === anyone && inside.point?.library === library

/** Begins a part of a call, to which all belongs that its library calls in it, or only what it calls `first`; gives its end. */
export function enterCall(point: Point, scope: Scope | undefined, only?: 'first'): () => void {
  const { self, point: outer, scope: outerScope } = inside
  inside.self = only === undefined ? anyone : first
  inside.point = point
  inside.scope = scope
  return () => {
    inside.self = self
    inside.point = outer
    inside.scope = outerScope
  }
}

/** Runs calls of a library that are the agent's own: to its patches they are parts of a call that is nobody's. */
export function unseen<R>(library: string, run: () => R): R {
  const leave = enterCall({ library } as Point, undefined)
  try {
    return run()
  } finally {
    leave()
  }
}

/** Runs such a part. */
export const runInside =
  (point: Point, scope: Scope | undefined) =>
  (original: MethodFn, self: unknown, args: ArrayLike<unknown>): unknown => {
    if (scope?.ended) return Reflect.apply(original, self, args)
    const leave = enterCall(point, scope)
    try {
      return scope?.span === undefined ? Reflect.apply(original, self, args) : scope.span.run(original, self, args)
    } finally {
      leave()
    }
  }

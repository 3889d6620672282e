import type { Scope } from '../call.ts'
import type { Metadata, Point } from '../model.ts'
import { createStamp } from '../stamp.ts'
import { keep } from './read.ts'

const calls = createStamp<Scope>()

/** The call that is known by an object. */
export const callOf = (object: unknown): Scope | undefined =>
  typeof object === 'object' && object !== null ? calls.of(object) : undefined

/** Makes a call known by one of its arguments, or by its object. */
export function knownBy({ known }: Point, scope: Scope, self: unknown, args: ArrayLike<unknown>): void {
  if (known === undefined) return
  const object = known === 'this' ? self : args[Number(known.slice('args.'.length))]
  if (typeof object === 'object' && object !== null) calls.put(object, scope)
}

/** The call waits for a connection, perhaps for several at once. */
export function beginWait(scope: Scope, at: number, size?: unknown): void {
  scope.wait ??= { open: 0, since: at, totalMs: 0 }
  scope.wait.size ??= size
  if (scope.wait.open++ === 0) scope.wait.since = at
}

export function endWait({ wait }: Scope, at: number): void {
  if (wait === undefined || wait.open === 0) return
  if (--wait.open === 0) wait.totalMs += at - wait.since
}

/** A call that has begun with a connection for which its caller waited since. */
export function backdate(scope: Scope, since: number): void {
  const waited = scope.start - since
  scope.start = since
  scope.wait = { open: 0, since, totalMs: waited }
  scope.span?.earlier(waited)
}

/** The metadata of a call that has waited, or still does at its end. */
export function withWait({ wait, metadata }: Scope, at: number, durationMs: number): Metadata | undefined {
  if (wait === undefined) return metadata
  const waited = wait.totalMs + (wait.open > 0 ? at - wait.since : 0)
  // Clocks of begin and wait were asked one after the other.
  const told: Metadata = { pool_wait_ms: Math.round(Math.min(waited, durationMs) * 100) / 100 }
  const size = keep(wait.size, false)
  // None is no limit.
  return { ...metadata, ...told, ...(size && { pool_size: size }) }
}

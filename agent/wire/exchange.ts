import type { Fn, Scope, Scopes } from '../call.ts'
import type { Instrumentation, Method, Point } from '../model.ts'
import type { Asked } from './asked.ts'
import type { OwnClasses } from './own-classes.ts'
import type { Service, WireHosts } from './services.ts'

export interface WireParts {
  readonly scopes: Pick<Scopes, 'begin' | 'end'>
  /** `wire_hosts`. */
  readonly hosts: WireHosts
  readonly compile: (instrumentation: Instrumentation, method: Method) => Point
  /** True where a profiled call of ours tells of the same request. */
  readonly isAccounted: (service: Service, target: string, header: Asked['header']) => boolean
  /** Tells how a promise of this call settles, and gives what to hand on. */
  readonly observe: <C>(
    promise: unknown,
    context: C,
    ok: (context: C, value: unknown) => void,
    failed: (context: C, error: unknown) => void,
  ) => unknown
  readonly classes: OwnClasses
  readonly imitate: (wrapper: Fn, original: Fn) => void
  readonly now: () => number
  /** Node's own, whatever the application's tests have put there. */
  readonly soon: (run: () => void) => void
  readonly later: (run: () => void, ms: number) => void
  readonly fault: (error: unknown) => void
}

/** A call that is counted, from its request to the end of its answer. */
export interface Exchange {
  readonly scope: Scope
  /** A call of the global `fetch`, which gives the answer; else a channel alone tells of it. */
  readonly byFetch: boolean
  /** A channel tells of its request. */
  found: boolean
  /** The application reads the answer's body, by a method that tells what is in it. */
  reading: boolean
  isJson: boolean
  /** True where the application has the answer's body by another way, as a stream. */
  isTaken: (() => boolean) | undefined
  /** `fetch` has given its answer. */
  answered: boolean
  /** When the last byte was there. */
  overAt: number | undefined
  ended: boolean
}

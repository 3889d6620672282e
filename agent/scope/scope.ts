import type { Metadata, Point } from '../model.ts'
import type { Measure, Memory } from './measure.ts'

/** What the hot path needs of the rest; decided when the config is read. */
export interface Pipeline {
  readonly now: () => number
  readonly sample: () => boolean
  /** Only with `level: detailed`. */
  readonly measure: Measure | undefined
  readonly memory_mb: number
  readonly stackTrace: boolean
  readonly admit: () => boolean
  /** Builds the record and hands it to the outputs; false when none took it. */
  readonly emit: (scope: Scope, ended: Ended) => boolean
  /** A point reached another 128 calls. */
  readonly tally: (point: Point) => void
  /** A fault of ours, told once. */
  readonly fault: (error: unknown) => void
}

/** One call under way. Nothing is keyed by name: a thousand calls of one method are a thousand scopes. */
export interface Scope {
  readonly point: Point
  readonly self: unknown
  readonly args: ArrayLike<unknown>
  /** The arguments with the callback replaced, where the call ends with that. */
  passed: unknown[] | undefined
  start: number
  /** Other scopes open at the start, less those that had begun before it. */
  others: number
  memory: Memory | undefined
  stack: { readonly stack?: unknown } | undefined
  ended: boolean
  metadata: Metadata | undefined
}

/** What is known of a call at its end. */
export interface Ended {
  readonly durationMs: number
  readonly result: unknown
  readonly failed: boolean
  readonly error: unknown
  readonly slow: boolean
  /** Passed `memory_mb`. */
  readonly bulky: boolean
  readonly concurrent: number
  readonly memoryMb: number | undefined
  readonly cpuMs: number | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: the application's functions pass here
export type Fn = (...args: any[]) => any

/** What the hot path offers. */
export interface Scopes {
  /** What takes the place of `original`: it behaves as that does. `inner` tells by `this` that a call is part of another. */
  wrap: (points: readonly Point[], original: Fn, inner?: (self: unknown) => boolean) => Fn
  /**
   * For calls that are not wrapped: channels and hand-marked scopes. Undefined when it is sampled out. `from` is the
   * outermost of the agent's functions: its stack trace begins above that.
   */
  begin: (point: Point, self: unknown, args: ArrayLike<unknown>, from?: Fn) => Scope | undefined
  end: (scope: Scope, result: unknown, failed: boolean, error: unknown) => void
  /** Ends the scope when `result` does, and gives what to hand to the application. Never throws. */
  follow: (scope: Scope, result: unknown) => unknown
}

import type { LabelSet, Metadata, Point, Timing } from './model.ts'

/** The parts that the hot path uses; all but the clock is replaced when the configuration is read again. */
export interface Pipeline {
  readonly now: () => number
  /** Decides for one call; true to look at it. */
  sample: () => boolean
  /** False where no call is sampled and none observed: then nothing of a call is looked at, not even what it is. */
  reads: boolean
  /** True when a call's begin has more to do than to take the time: `level: detailed`, stack traces, requests, capture. */
  prepares: boolean
  /** `level: detailed`; `measure` stays when that is switched off, for the calls under way. */
  detailed: boolean
  measure: Measure | undefined
  memory_mb: number
  /** True when a failed call is recorded below its threshold. */
  errors: boolean
  stackTrace: boolean
  /** When false, nothing of a call is read. */
  includeMetadata: boolean
  tryAcquire: () => boolean
  /** Builds the record and hands it to the outputs; false when none took it. */
  emit: (scope: Scope, ended: Ended) => boolean
  /** Told of every call's end, sampled or not, while an output keeps totals. */
  observe: ((scope: Scope, ended: Ended) => void) | undefined
  /** Captures what outputs need of the moment in which a call begins. */
  capture: (() => unknown) | undefined
  /** Only with `requests: true`. */
  requests: Requests | undefined
  /** Measures one call in 128. */
  readonly meter: Meter
  /** A fault of ours, reported once. */
  readonly fault: (error: unknown) => void
}

/** The agent's own work: of each scope, every 128th call is looked at, and stands for as many. */
export interface Meter {
  /** Gives the time. */
  begin(point: Point): number
  /** Counts the time since then, at a call's begin, as the agent's. */
  end(since: number): void
  /** The same at its end. */
  done(since: number): void
}

/** The agent's own work in this thread, as far as it was measured. */
export interface AgentWork extends Meter {
  /** Adds work that was timed whole: a record written, a scrape answered. */
  spent(ms: number): void
  /** Milliseconds since the start. */
  total(): number
}

/** The requests that calls belong to. */
export interface Requests {
  /** The call's place in the tree of calls. With `job`, whether it is sampled, it is a request itself where it is in none. */
  begin(job?: boolean): Span
  /** Keeps the record of a call that ended until its request ends; false outside of one. */
  buffer(scope: Scope, ended: Ended): boolean
}

/** One call under way, as its request sees it. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
  readonly requestId: string | undefined
  /** Of its request; undefined outside of one, and without `labels`. */
  readonly labels: LabelSet | undefined
  /** Calls the original, so that the calls in it are nested in this one. Both are told the time where it was just taken. */
  run(original: Fn, self: unknown, args: ArrayLike<unknown>, at?: number): unknown
  /** The work begins only now. */
  restart(): void
  /** Nobody waits for it any more, which began at `start`, until `resume`. */
  pause(start: number): void
  resume(): void
  /** It began by this much earlier, and has waited since. */
  earlier(ms: number): void
  end(durationMs: number, at?: number): void
  /** For its record; valid after its end. */
  readonly selfMs: number
  readonly timing: Timing
}

/** One call under way. Nothing is keyed by name: a thousand calls of one method are a thousand scopes. */
export interface Scope {
  readonly point: Point
  readonly self: unknown
  readonly args: ArrayLike<unknown>
  /** False for one that is only observed. */
  readonly sampled: boolean
  /** True when its cost stands for that of 128 calls. */
  readonly metered: boolean
  /** The arguments with the callback replaced, where the call ends with that. */
  passed: unknown[] | undefined
  start: number
  /** Of a cursor, the time since then in which nobody asked for its rows. */
  idleMs: number
  /** When it was over, where it ends later; the time in between counts as idle. */
  over?: number
  /** Its waiting for a connection: how many are asked for, since when, and the time before; the pool's size, where it tells. */
  wait: { open: number; since: number; totalMs: number; size?: unknown } | undefined
  /** Other scopes open at the start, less those that had begun before it. */
  others: number
  memory: Memory | undefined
  stack: { readonly stack?: unknown } | undefined
  ended: boolean
  metadata: Metadata | undefined
  /** What a chunk has told of a failure. */
  failure: unknown
  span: Span | undefined
  /** Of a framework's call (`point.nests`) its own; of another that of the framework's call which it is in. */
  readonly nest: Nest | undefined
  /** The result of `capture`. */
  context: unknown
}

/** A framework's call under way, as the calls in it see it. */
export interface Nest {
  /** Its scope. */
  readonly name: string
  around: Nest | undefined
  ended: boolean
  /** Sums of the metadata that totals add up: of all calls in it, and of those that leave a record. */
  readonly told: Sums
  readonly recorded: Sums
}
export type Sums = Record<string, number>

/** One call's view of the process's memory and CPU. */
export interface Memory {
  readonly startBytes: number
  /** The highest of the samples before it was paused. */
  peakBytes: number
  /** The first sample that counts; -1 while it is paused. */
  since: number
  // Not NodeJS.CpuUsage: the api's types must hold where @types/node is missing.
  readonly cpuStart: { readonly user: number; readonly system: number }
}

export interface Measure {
  begin(): Memory
  /** While nothing is expected of the call; one that is never taken up again then holds nothing. */
  pause(memory: Memory): void
  resume(memory: Memory): void
  /** Both are of the whole process, upper bounds where calls overlap: MB above the start (>= 0), CPU ms. */
  end(memory: Memory): { readonly memoryMb: number; readonly cpuMs: number }
}

/** A call at its end. */
export interface Ended {
  readonly durationMs: number
  readonly result: unknown
  readonly failed: boolean
  readonly error: unknown
  readonly slow: boolean
  /** Passed `memory_mb`. */
  readonly bulky: boolean
  /** To be recorded: slow, bulky, or failed. */
  readonly due: boolean
  readonly concurrent: number
  readonly memoryMb: number | undefined
  readonly cpuMs: number | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: the application's functions pass here
export type Fn = (...args: any[]) => any

/** The hot path, for those that begin calls. */
export interface Scopes {
  /** Gives the wrapper, which behaves as `original` does. `inner` tells by `this` that a call is part of another. */
  wrap: (points: readonly Point[], original: Fn, inner?: (self: unknown) => boolean) => Fn
  /**
   * For calls that are not wrapped: channels and manual scopes. Undefined when it is sampled out. `from` is the
   * outermost of the agent's functions: its stack trace begins above that.
   */
  begin: (point: Point, self: unknown, args: ArrayLike<unknown>, from?: Fn) => Scope | undefined
  end: (scope: Scope, result: unknown, failed: boolean, error: unknown) => void
  /** Gives what watches the streams of such a call, and tells of one that fails. */
  joining: (scope: Scope, fail: (error: unknown) => void) => (stream: unknown) => void
  /** A call of this point will never end: nobody has kept what tells of its end. */
  lose: (point: Point) => void
  /**
   * Ends the scope when `result` does, and gives what to hand to the application. `fresh`: a promise was made by this
   * call, for its caller alone. Never throws.
   */
  follow: (scope: Scope, result: unknown, fresh: boolean) => unknown
}

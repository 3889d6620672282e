import type { Point } from './point.ts'
import type { LabelSet, Metadata, ProfileRecord } from './record.ts'

/** The end of a call, as an output that keeps totals is told it, sampled or not. */
export interface Observed {
  readonly point: Point
  readonly durationMs: number
  /** The error's class name, of a call that failed. */
  readonly error: string | undefined
  readonly memoryMb: number | undefined
  /** Model, collection, tokens, batch size: as far as the call tells, and `include_metadata` lets it. */
  readonly metadata: Metadata | undefined
  readonly labels: LabelSet | undefined
  /** Only of a call in a request. */
  readonly traceId: string | undefined
  readonly spanId: string | undefined
}

/** The kinds of garbage collection, and how often each ran. */
export interface Collected {
  minor: number
  major: number
  incremental: number
  weak: number
}

/** What the process has come to at a moment: all but sizes and counts of what is there are sums since its start. */
export interface ProcessReading {
  /** Milliseconds, of which only differences mean something. */
  readonly at: number
  readonly cpuUserMs: number
  readonly cpuSystemMs: number
  /** The event loop of the main thread waited for events, and did not. */
  readonly loopIdleMs: number
  readonly loopActiveMs: number
  readonly residentBytes: number
  readonly heapUsedBytes: number
  readonly heapTotalBytes: number
  readonly heapLimitBytes: number
  readonly externalBytes: number
  readonly arrayBuffersBytes: number
  /** Undefined where the system does not tell. */
  readonly threads: number | undefined
  readonly activeResources: number
  readonly sockets: number
  readonly collected: Readonly<Collected>
  readonly collectedMs: number
  readonly stalls: number
  readonly stalledMs: number
  /** Since the reading before. */
  readonly longestStallMs: number
  readonly starvedMs: number
  /** By the quota of a container; undefined where there is none. */
  readonly throttledMs: number | undefined
}

/** An output of records. None of these throws. */
export interface Output {
  /** False for one that has only totals: a record that it does not take is not dropped. */
  readonly keeps?: boolean
  /** Takes one record; false when it had to be dropped. `context` is what `capture` gave when the call began. */
  write(record: ProfileRecord, context?: unknown): boolean
  /** Is told of every call's end. */
  readonly observe?: ((call: Observed) => void) | undefined
  /** Is told of the process, each `system.sampling_interval`. */
  readonly process?: ((reading: ProcessReading) => void) | undefined
  /** Does ahead what the first record would wait for: opens a file, loads a package. */
  ready?(): void
  /** Captures the active context when a call begins. */
  capture?(): unknown
  /** Writes now what it gathers; more may follow. */
  settle?(): void
  /** Sends now what waits, and calls back when that has arrived or is given up; more may follow. */
  drain?(done: () => void): void
  /** Synchronous, at exit. */
  flush(): void
  /** After the last flush: says what is lost with the process. */
  exit?(): void
  /** Other options are in force, and it stays. */
  renew?(): void
  /** When a reload has no more use of it. */
  close?(): void
}

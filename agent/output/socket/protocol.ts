import type { Finding } from '../../findings/model.ts'
import type { Noted } from '../../ledger.ts'
import type { Counts } from '../../model.ts'

/** The first line that a client reads; one that knows another `v` says so and goes. */
export interface Hello {
  readonly v: 1
  readonly hello: Who
}

/** The process and thread at the other end; `since` is when the process began, in Unix seconds. */
export interface Who {
  /** The agent's version. */
  readonly agent: string
  readonly pid: number
  readonly thread_id: number
  readonly node: string
  /** The main script's name, without its folder; empty for none. */
  readonly script: string
  readonly since: number
}

/** Instead of a hello: why there is none. */
export interface Refusal {
  readonly v: 1
  readonly refused: string
}

/** The one line that a client may say: a profile of so many seconds. */
export interface Ask {
  readonly v: 1
  readonly profile: ProfileKind
  readonly seconds: number
}
export type ProfileKind = 'cpu' | 'heap'

/** Said at once when a profile begins. */
export interface Profiling {
  readonly profiling: ProfileKind
}

/** Said at its end: the file, by its whole path, or why there is none. */
export interface ProfileTaken {
  readonly profiled: { readonly file: string } | { readonly why: string }
}

/** Every further line, one at once and then one a second. */
export interface Snapshot {
  /** Unix seconds. */
  readonly at: number
  /** The time that `calls`, `errors` and the durations are of; 0 in the first snapshot, which has none yet. */
  readonly interval_ms: number
  readonly scopes: readonly ScopeFigures[]
  /** Scopes beyond the most called ones, which are not listed. */
  readonly left_out?: number
  readonly libraries: readonly { readonly name: string; readonly states: readonly Noted[] }[]
  readonly totals: Counts
  /** Faults of the agent until now. */
  readonly faults: number
  readonly restraint?: string
  /** Of the main thread, where `system` takes snapshots. */
  readonly process?: ProcessFigures
  /** The one with the largest share of what was recorded since somebody looks. */
  readonly finding?: LeadingFinding
}

/** What one sees of a finding at a glance; `report` has the evidence. */
export type LeadingFinding = Pick<Finding, 'signature' | 'title' | 'share' | 'share_of' | 'confidence'>

/** The process since the snapshot before, memory at its end. */
export interface ProcessFigures {
  /** Of one core. */
  readonly cpu_percent: number
  /** The event loop did not wait. */
  readonly loop_percent: number
  readonly memory_mb: number
  readonly heap_used_mb: number
  readonly stalls: number
  readonly longest_stall_ms: number
  readonly gc_percent: number
  readonly starved_percent: number
}

/** One scope of one library: its counts since the start, and its calls of the last interval, sampled or not. */
export interface ScopeFigures {
  readonly name: string
  readonly library: string
  readonly counts: Counts
  readonly calls: number
  readonly errors: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly max_ms: number
  readonly open: number
  /** What is paid for in the calls of the last interval, by model, where they told of any. */
  readonly usage?: readonly PaidUsage[]
}

/** Sums of calls of one model, in the words of metadata. */
export interface PaidUsage {
  readonly calls: number
  readonly model?: string
  readonly response_model?: string
  readonly provider?: string
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cached_tokens: number
  readonly cache_write_tokens: number
  readonly billed_units: number
}

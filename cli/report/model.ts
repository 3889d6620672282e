import type { Metadata, Timing } from '../../agent/model.ts'
import type { ProfileReport } from '../flame/model.ts'
import type { Hot } from './hot.ts'

/** The report of a run; `report --json` prints it. Durations are milliseconds, moments Unix seconds. */
export interface Report {
  /** Of this form: it grows when a field changes its meaning or goes. */
  readonly version: 1
  readonly files: readonly string[]
  /** Records that were read. */
  readonly records: number
  /** The calls that they stand for: those that were sampled count 1 / `sample_rate` each. */
  readonly calls: number
  /** The lowest `sample_rate`; 1 where all is whole. */
  readonly sample_rate: number
  /** Lines that are no whole JSON, and lines that are no record. */
  readonly torn: number
  readonly foreign: number
  /** Begin of the first call, and end of the last. */
  readonly from: number
  readonly to: number
  /** Notes that a reader of the figures needs: sampling, thresholds, what was left out. */
  readonly notes: readonly string[]
  /** One for each scope of each library, the largest share of the time first. */
  readonly scopes: readonly ScopeReport[]
  /** Requests with records; 0 without `requests: true`, and for calls outside of any. */
  readonly requests: number
  /** The slowest requests, slowest first; without any, the slowest calls with what is nested in them. */
  readonly slowest: readonly RequestReport[]
  /** Causes that take time or harm answers, the largest share first. */
  readonly findings: readonly Finding[]
  /** Signatures of findings that `accepted` in the configuration silences. */
  readonly accepted?: readonly string[]
  /** What all calls cost, where any has a price, and 30 days at the rate of a run of ten minutes or more. */
  readonly cost?: { readonly currency: string; readonly total: number; readonly month?: number }
  /** What searches scored, by collection and kind of score, those with the most first; where any has a score. */
  readonly scores?: readonly ScoreReport[]
  /** The process by its snapshots, where `system` has taken some. */
  readonly processes?: readonly ProcessReport[]
  /** Where the time of requests went; of calls that are in none, where there are no requests. */
  readonly request_time: RequestTimeReport
  /** All whole requests on top of each other; undefined without `requests: true`. */
  readonly flame?: Frame
  /** The CPU profiles that records name, on top of each other. */
  readonly profile?: ProfileReport
}

/** What the searches of one collection scored. Counts are of calls, weighted. */
export interface ScoreReport {
  readonly name: string
  readonly library: string
  readonly collection?: string
  readonly score_kind?: 'similarity' | 'distance'
  /** Searches that say what they found, those without a result, and those with a score. */
  readonly searches: number
  readonly empty: number
  readonly scored: number
  /** Those whose best score is on the wrong side of `thresholds.weak_score`, where there is one. */
  readonly weak?: number
  readonly weak_score?: { readonly below?: number; readonly above?: number }
  /** Such a threshold of which nothing tells on which side a score is weak. */
  readonly undirected?: number
  /** In three digits. */
  readonly top_score: { readonly p10: number; readonly p50: number; readonly p90: number }
  readonly last_score: { readonly p10: number; readonly p50: number; readonly p90: number }
  /** Medians of the best score in the first third of the run and in its last, and the chance that one of the last is higher; where these differ by more than chance. */
  readonly drift?: { readonly from: number; readonly to: number; readonly higher: number }
}

/** Of the snapshots of one process, a mean weighted by their intervals. */
export interface Spread {
  readonly least: number
  readonly mean: number
  readonly most: number
}

/** One process by its snapshots; what was not monitored is missing or 0. Sums are of all of them. */
export interface ProcessReport {
  readonly pid: number
  readonly snapshots: number
  /** Those that reached a threshold. */
  readonly exceeded: number
  readonly from: number
  readonly to: number
  /** The time that they tell of. */
  readonly span_ms: number
  readonly cpu_percent?: Spread
  readonly event_loop_utilization?: Spread
  readonly memory_mb?: Spread
  /** At the last one. */
  readonly memory_growth_mb: number
  readonly heap_used_mb?: Spread
  /** The most. */
  readonly heap_percent: number
  readonly threads: number
  readonly stalls: number
  readonly stall_ms: number
  readonly longest_stall_ms: number
  readonly starved_ms: number
  readonly throttled_ms: number
  readonly pool_wait_ms: number
  readonly gc_count: number
  readonly gc_ms: number
}

export interface ScopeReport {
  readonly name: string
  readonly library: string
  readonly records: number
  readonly calls: number
  /** Calls that failed, and by class name. */
  readonly errors: number
  readonly error_classes: Readonly<Record<string, number>>
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
  readonly max_ms: number
  readonly mean_ms: number
  readonly total_ms: number
  /** The time that no nested call took, where `requests` tells it; else `total_ms`. */
  readonly self_ms: number
  /** Of the `self_ms` of all, 0 to 1. */
  readonly share: number
  /** Sums of what the answers told; 0 where they told none. */
  readonly input_tokens: number
  readonly output_tokens: number
  readonly batch_items: number
  /** Calls by model, the most first. */
  readonly models: Readonly<Record<string, number>>
  /** What they cost, and by model, where any has a price. */
  readonly cost?: number
  readonly model_costs?: Readonly<Record<string, number>>
  /** Calls by duration, in bands of one width on a logarithmic scale, `from_ms` included. */
  readonly distribution: readonly { readonly from_ms: number; readonly to_ms: number; readonly calls: number }[]
  /** Over time, in spans of one length; spans without calls are left out. */
  readonly timeline: readonly Span[]
}

export interface Span {
  readonly from: number
  readonly to: number
  readonly calls: number
  readonly errors: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly max_ms: number
}

/** One request with its calls. */
export interface RequestReport {
  readonly trace_id: string
  readonly request_id?: string
  readonly from: number
  /** From the begin of its first recorded call to the end of its last. */
  readonly duration_ms: number
  /** What its calls cost, where any has a price. */
  readonly cost?: number
  /** In the order of their begin, each after the call that it is nested in. */
  readonly calls: readonly RequestCall[]
  /** Calls beyond these that are not shown. */
  readonly left_out: number
}

export interface RequestCall {
  readonly name: string
  readonly library: string
  /** Of the request itself: its method and route. */
  readonly label?: string
  readonly span_id: string
  readonly parent_id?: string
  /** 0 for one that is nested in no recorded call. */
  readonly depth: number
  /** After the begin of the request. */
  readonly start_ms: number
  readonly duration_ms: number
  readonly self_ms: number
  readonly error?: string
  readonly metadata?: Metadata
  readonly timing?: Timing
  /** What ran meanwhile, and the CPU profile that has it. */
  readonly hot?: Hot
  readonly profile?: string
}

/** The time of requests on their critical paths: parallel calls count once, by the one that was waited for. */
export interface RequestTimeReport {
  readonly requests: number
  readonly total_ms: number
  readonly p50_ms: number
  /** Shares of it, 0 to 1, the largest first; together with `outside_calls` they are 1. */
  readonly parts: readonly { readonly name: string; readonly library: string; readonly share: number }[]
  readonly outside_calls: number
}

export const findingKinds = [
  'connections_not_reused',
  'large_top_k',
  'large_answers',
  'sequential_calls',
  'dominant_operation',
  'slow_sibling',
  'failing_calls',
  'mismatched_vectors',
  'broken_vectors',
  'empty_results',
  'single_embeddings',
  'repeated_inputs',
  'n_plus_one',
  'retries',
  'rate_limits',
  'own_code',
  'outside_calls',
  'garbage_collection',
  'starved',
  'management_calls',
  'idle_reranking',
  'pool_waits',
  'growing_prompts',
  'cold_start',
] as const
export type FindingKind = (typeof findingKinds)[number]

export interface Finding {
  readonly kind: FindingKind
  /** `direct`: records say so. `heuristic`: it is concluded from them, by the figures in `evidence`. */
  readonly confidence: 'direct' | 'heuristic'
  /** The same over runs: of the kind, the scope, the library and the names of model and collection. */
  readonly signature: string
  /** One plain sentence that says what is wrong. */
  readonly title: string
  /** The figures that show it, and one place where it can be seen. */
  readonly evidence: readonly string[]
  /** The change. */
  readonly advice: string
  /** 0 to 1, and of what: where no time says how bad it is, of the requests that it touches. */
  readonly share: number
  readonly share_of: 'request_time' | 'requests'
  /** Requests, and calls in them, that it touches. */
  readonly requests: number
  readonly calls: number
  /** The time of all requests that goes to it. */
  readonly lost_ms: number
  /** The median of the requests that it touches, and about what it would be without it. */
  readonly p50_ms?: { readonly now: number; readonly without: number }
  /** The gain in words. */
  readonly saves: string
  readonly name: string
  readonly library: string
  readonly model?: string
  readonly collection?: string
  /** `name file:line`, where a profile shows it. */
  readonly function?: string
  /** A request that shows it. */
  readonly trace_id?: string
}

/** A scope under the scopes that it was called in. */
export interface Frame {
  readonly name: string
  readonly library: string
  readonly calls: number
  readonly total_ms: number
  readonly self_ms: number
  readonly children: readonly Frame[]
}

import type { Finding, RequestReport, RequestTimeReport } from '../../agent/findings/model.ts'
import type { ProfileReport } from '../flame/model.ts'

export {
  type Finding,
  type FindingKind,
  findingKinds,
  type RequestCall,
  type RequestReport,
  type RequestTimeReport,
} from '../../agent/findings/model.ts'

/** By what the tables may be split. */
export const groupings = ['collection', 'model', 'route', 'service'] as const
export type Grouping = (typeof groupings)[number]

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
  /** What the scopes are split by, where that was asked for: a grouping, or a label. */
  readonly by?: string
  /** All records by the values of a label, where that is what they are split by. */
  readonly by_label?: ByLabel
  /** Requests with records; 0 without `requests: true`, and for calls outside of any. */
  readonly requests: number
  /** The slowest requests, slowest first; without any, the slowest calls with what is nested in them. */
  readonly slowest: readonly RequestReport[]
  /** Causes that take time or harm answers, the largest share first. */
  readonly findings: readonly Finding[]
  /** The requests that findings cite, as far as they are not among the slowest. */
  readonly cited?: readonly RequestReport[]
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

export interface ByLabel {
  readonly label: string
  /** What the percentiles are of: calls where no record is a request's own. */
  readonly percentiles_of: 'requests' | 'calls'
  /** The largest share first: `(none)` of records without the label, `(others)` of all beyond 200 values. */
  readonly values: readonly ValueReport[]
}

/** The records with one value of a label. */
export interface ValueReport {
  readonly value: string
  readonly requests: number
  /** Those in requests, and outside of any. */
  readonly calls: number
  /** Calls that failed. */
  readonly errors: number
  readonly p50_ms?: number
  readonly p95_ms?: number
  readonly p99_ms?: number
  /** Of the `self_ms` of all, 0 to 1. */
  readonly share: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost?: number
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

/** The figures of the calls of one scope, or of a part of them. */
export interface Figures {
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
  /** Time to first token of streamed answers, where they tell it. */
  readonly ttft_p50_ms?: number
  readonly ttft_p95_ms?: number
  /** Sums of what the answers told; 0 where they told none. */
  readonly input_tokens: number
  readonly output_tokens: number
  readonly batch_items: number
  /** Calls by model, the most first. */
  readonly models: Readonly<Record<string, number>>
  /** What they cost, and by model, where any has a price. */
  readonly cost?: number
  readonly model_costs?: Readonly<Record<string, number>>
}

export interface ScopeReport extends Figures {
  /** Calls by duration, in bands of one width on a logarithmic scale, `from_ms` included. */
  readonly distribution: readonly { readonly from_ms: number; readonly to_ms: number; readonly calls: number }[]
  /** Over time, in spans of one length; spans without calls are left out. */
  readonly timeline: readonly Span[]
  /** By the name that `by` says, where its calls have more than one: `(none)` of those without, `(others)` of all beyond 20. */
  readonly groups?: readonly (Figures & { readonly value: string })[]
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

/** A scope under the scopes that it was called in. */
export interface Frame {
  readonly name: string
  readonly library: string
  readonly calls: number
  readonly total_ms: number
  readonly self_ms: number
  readonly children: readonly Frame[]
}

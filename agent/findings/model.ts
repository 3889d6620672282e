import type { Metadata, Timing } from '../model.ts'
import type { Hot } from './hot.ts'

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
  /** What calls cost in the run that need not be made, in the currency of the report's `cost`; and 30 days at that rate. */
  readonly saved_cost?: number
  readonly saved_cost_month?: number
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
  /** `name file:line` of who made the call of its example, where records have a `stack_trace`. */
  readonly caller?: string
  /** A request that shows it. */
  readonly trace_id?: string
  readonly request_id?: string
}

/** One request with its calls. */
export interface RequestReport {
  readonly trace_id: string
  readonly request_id?: string
  /** Whose it was. */
  readonly pid?: number
  readonly thread_id?: number
  readonly service?: string
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

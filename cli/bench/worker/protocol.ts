import type { Hit } from '../adapters/adapter.ts'
import type { Load, Metric, Variant } from '../model.ts'

/** What a process is started for; it is sent one of these, and answers with one reply. */
export type Job = JobOf & {
  readonly variant: Exclude<Variant, { kind: 'command' }>
  /** The folder of the workload's files; absent where there is no workload. */
  readonly workload?: string
  readonly k: number
  readonly metric: Metric
  readonly dimensions: number
  /** The name and the folder that the variant has for itself. */
  readonly name: string
  readonly folder: string
}

type JobOf =
  | { readonly kind: 'build' | 'remove' }
  | {
      readonly kind: 'run'
      readonly load: Load
      readonly warmup: number
      readonly operations: number
      readonly seconds: number
      /** The first operation's place in the queries: each round begins elsewhere, at the same place for each variant. */
      readonly offset: number
      /** Whether it tells what each query finds. */
      readonly answers: boolean
    }

/** By the query's id. */
export type Answers = ReadonlyMap<string, readonly Hit[]>

/** The measured part of a run. */
export interface Measured {
  readonly operations: number
  readonly latencies: readonly number[]
  readonly failures: readonly { readonly error: string; readonly count: number }[]
  /** Of the last operation, where none went well: its message, too. */
  readonly error?: string
  readonly elapsed_ms: number
  readonly late: readonly number[]
  readonly cpu_ms?: number
  readonly peak_memory_mb?: number
  readonly memory_mb?: number
  /** Begin and end, Unix seconds: records of calls between them belong to it. */
  readonly from: number
  readonly to: number
}

export type Reply =
  | { readonly kind: 'built'; readonly build_ms: number; readonly bytes?: number }
  | { readonly kind: 'removed' }
  | { readonly kind: 'ran'; readonly measured: Measured; readonly answers?: Answers }
  /** What went wrong, in the words of the error; secrets are taken out by whoever reads it. */
  | { readonly kind: 'failed'; readonly error: string }

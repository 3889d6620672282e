/** How one thing is done, to be compared with others: a line of the table. */
export type Variant = {
  readonly name: string
  /** Added to the environment of its processes. */
  readonly env: Readonly<Record<string, string>>
  /** Where it is written: `bench.yml:12:5`, or `--variant pg`. */
  readonly location: string
} & (
  | {
      readonly kind: 'command'
      /** One run of the process is one operation. */
      readonly command: readonly string[]
    }
  | {
      readonly kind: 'function'
      /** A path, absolute, and the export that is called with a query and `{ k }`. */
      readonly module: string
      readonly export: string
    }
  | {
      readonly kind: 'adapter'
      /** The name of a file in adapters/. */
      readonly adapter: string
      readonly settings: Readonly<Record<string, unknown>>
    }
)

/** How operations are sent. */
export type Load =
  /** Each of `concurrency` lanes sends its next operation when its last one has ended. */
  | { readonly kind: 'closed'; readonly concurrency: number }
  /** An operation begins every 1 / `rate` seconds, whatever becomes of the others; latency counts from that moment on. */
  | { readonly kind: 'open'; readonly rate: number }

/** How near two vectors are; a higher score is nearer in `cosine` and `dot`, a lower one in `euclidean`. */
export type Metric = 'cosine' | 'euclidean' | 'dot'

/** A text or vector with its id. */
export interface Item {
  readonly id: string
  readonly text?: string
  readonly vector?: Float32Array
}

export interface Query extends Item {
  /** The ids that belong to it, nearest first, where the file says so: recall is compared with these. */
  readonly relevant?: readonly string[]
}

/** What is stored and asked for. The same in each run: files are read, vectors are made from a fixed seed. */
export interface Workload {
  readonly name: string
  readonly documents: readonly Item[]
  readonly queries: readonly Query[]
  /** Results that are asked for. */
  readonly k: number
  readonly metric: Metric
}

export interface Plan {
  readonly variants: readonly Variant[]
  readonly loads: readonly Load[]
  /** Rounds. In each, each variant runs once at each load, in a process of its own, in another order. */
  readonly iterations: number
  /** Operations before the measured ones, in each process. */
  readonly warmup: number
  /** Of one run, whichever comes first. */
  readonly operations: number
  readonly seconds: number
  readonly seed: number
  /** The variant, or the earlier result's file, that the others are compared with. */
  readonly baseline: string | undefined
  readonly rank: Figure
}

/** The figures of a run; each is one number. Times are milliseconds. */
export const figures = [
  'p50_ms',
  'p95_ms',
  'p99_ms',
  'mean_ms',
  /** Operations a second. */
  'throughput',
  /** Share of the operations that failed, 0 to 1. */
  'errors',
  /** Processor time of the client process for one operation. */
  'cpu_ms',
  /** Resident memory of the client process, the highest and the average of what was sampled. */
  'peak_memory_mb',
  'memory_mb',
  /** For a thousand operations, in `currency`; absent where no model has a price. */
  'cost',
  /** Of one operation. */
  'tokens',
  /** Share of the true k nearest that were found, 0 to 1. */
  'recall',
  /** Share of the baseline's k results that are here, too. */
  'overlap',
  /** Spearman's correlation of the scores of results that the baseline has, too. */
  'score_correlation',
] as const
export type Figure = (typeof figures)[number]

/** One process. */
export interface Run {
  readonly variant: string
  /** Index in the plan's loads. */
  readonly load: number
  readonly round: number
  readonly operations: number
  readonly figures: Readonly<Partial<Record<Figure, number>>>
  /** 101 quantiles of the latencies, 0 % to 100 %; for the chart, and for a later `diff`. */
  readonly quantiles_ms: readonly number[]
  /** By scope and library, from the agent's records. */
  readonly scopes: readonly RunScope[]
  /** What failed, in the words of the error's name and code, and how often. */
  readonly failures: readonly { readonly error: string; readonly count: number }[]
  /** The 99th percentile of how much later than intended the load generator itself began operations, in an open loop. */
  readonly late_ms?: number
  /** Why there are no scopes: the agent's own words, or that it knows no call of it. */
  readonly unrecorded?: string
  /** The process ended badly; such a run has no figures. */
  readonly broken?: string
}

export interface RunScope {
  readonly name: string
  readonly library: string
  readonly calls: number
  readonly errors: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly total_ms: number
}

/** What filling a store took, once a variant. */
export interface Build {
  readonly variant: string
  readonly documents: number
  readonly build_ms: number
  /** Of the index with its data, where the store tells. */
  readonly bytes?: number
}

/** What the file holds. Settings and variables whose names sound like secrets are `***`. */
export interface BenchResult {
  readonly version: 1
  readonly type: 'benchmark'
  /** ISO 8601. */
  readonly started: string
  readonly ended: string
  /** False if it was ended before its last round. */
  readonly complete: boolean
  readonly machine: Machine
  /** The agent's, and those of the clients by package. */
  readonly versions: Readonly<Record<string, string>>
  readonly workload?: {
    readonly name: string
    readonly documents: number
    readonly queries: number
    readonly dimensions?: number
    readonly k: number
    readonly metric: Metric
  }
  readonly plan: Omit<Plan, 'variants'> & {
    readonly variants: readonly {
      readonly name: string
      readonly kind: Variant['kind']
      /** The command's words, the function, or the adapter with its settings. */
      readonly what: string
      readonly settings?: Readonly<Record<string, unknown>>
      readonly env: Readonly<Record<string, string>>
    }[]
  }
  readonly currency: string
  readonly builds: readonly Build[]
  readonly runs: readonly Run[]
}

export interface Machine {
  readonly platform: string
  readonly arch: string
  readonly cpu: string
  readonly cores: number
  readonly memory_mb: number
  readonly node: string
}

/** A figure with its 99 % interval over the rounds, as `diff` has it; fewer than three rounds give none. */
export interface Estimate {
  readonly value: number
  readonly low?: number
  readonly high?: number
}

/** A variant at one load, as the report shows it. */
export interface Standing {
  readonly variant: string
  readonly load: number
  /** 1 for the best by `plan.rank`; those without runs come last. */
  readonly rank: number
  readonly successful_runs: number
  readonly failed_runs: number
  readonly figures: Readonly<Partial<Record<Figure, Estimate>>>
  /**
   * By `plan.rank`, how many times as good as the baseline, 2 for twice as fast; absent for the baseline itself, and for
   * figures that are shares, of which `verdict` takes the difference.
   */
  readonly speedup?: Estimate
  /** `same` where the interval of the speed-up holds 1: no difference that this run can show. `faster` is better, of any figure. */
  readonly verdict: 'baseline' | 'faster' | 'slower' | 'same' | 'unknown'
  readonly scopes: readonly RunScope[]
}

/** The result as it is read: by every format. */
export interface BenchReport {
  readonly version: 1
  readonly result: BenchResult
  /** A variant, or the file of an earlier result; undefined where nothing is compared. */
  readonly baseline: string | undefined
  /** By load, then rank. */
  readonly standings: readonly Standing[]
  /** Sentences. */
  readonly insights: readonly string[]
  /** What has to be known before the figures are believed: ended early, other machines. */
  readonly notes: readonly string[]
}

import type { Load, Plan, Variant } from '../model.ts'
import type { WorkloadDescription } from '../workload/workload.ts'
import { type loadOptions, options } from './options.ts'
import type { Section } from './section.ts'

/** What a benchmark is asked for, by the file, the command line and the section of crossbridge.yml. */
export interface Asked {
  readonly plan: Plan
  readonly workload: WorkloadDescription | undefined
  /** The paths of the workload are relative to it. */
  readonly folder: string
  /** Milliseconds that the process of a run, and of a build, may take in all. */
  readonly timeoutMs: number
  readonly buildTimeoutMs: number
}

/** What was given on the command line. */
export interface Words {
  readonly iterations?: number
  readonly operations?: number
  readonly seconds?: number
  readonly seed?: number
  readonly baseline?: string
  readonly rank?: Plan['rank']
  readonly only: readonly string[]
}

/** The values of a file's options; those that it does not say are undefined. */
export type Given = { readonly [K in keyof typeof options]?: (typeof options)[K]['default'] | undefined }

interface Parts {
  readonly variants: readonly Variant[]
  readonly given: Given
  readonly loads: readonly Load[]
  readonly workload: WorkloadDescription | undefined
  readonly folder: string
}

/** Puts it together: the command line wins over the file, which wins over the section. */
export function askedOf({ variants, given, loads, workload, folder }: Parts, words: Words, section: Section): Asked {
  const seconds = words.seconds ?? given.seconds ?? options.seconds.default
  const kept = words.only.length === 0 ? variants : variants.filter(({ name }) => words.only.includes(name))
  const baseline = words.baseline ?? (given.baseline || undefined) ?? baselineIn(kept, section.baseline_adapters)
  const timeout = given.timeout_s || seconds * 5 + 60
  return {
    plan: {
      variants: kept,
      loads: loads.length > 0 ? loads : [{ kind: 'closed', concurrency: 1 }],
      iterations: words.iterations ?? given.iterations ?? section.iterations,
      warmup: given.warmup ?? options.warmup.default,
      operations: words.operations ?? given.operations ?? options.operations.default,
      seconds,
      seed: words.seed ?? given.seed ?? options.seed.default,
      baseline,
      rank: words.rank ?? (given.rank as Plan['rank'] | undefined) ?? 'p50_ms',
    },
    ...{ workload, folder },
    timeoutMs: timeout * 1000,
    buildTimeoutMs: (given.build_timeout_s ?? options.build_timeout_s.default) * 1000,
  }
}

/** The first of these names that is there, as a variant's or its adapter's; else the first variant. */
function baselineIn(variants: readonly Variant[], names: readonly string[]): string | undefined {
  const found = names.flatMap((name) => [
    ...variants.filter((one) => one.name === name),
    ...variants.filter((one) => one.kind === 'adapter' && one.adapter === name),
  ])
  return (found[0] ?? variants[0])?.name
}

/** The keys that stand at the top of a bench.yml. */
export const topKeys = [...Object.keys(options), 'load', 'workload', 'variants']

export function loadsOf({
  concurrency = [],
  rate = [],
}: Partial<Record<keyof typeof loadOptions, readonly number[]>>): Load[] {
  return [
    ...concurrency.map((lanes) => ({ kind: 'closed', concurrency: lanes }) as const),
    ...rate.map((one) => ({ kind: 'open', rate: one }) as const),
  ]
}

import type { BenchResult, Figure, Load, Run } from '../../cli/bench/model.ts'
import { randomFrom } from './random.ts'

export interface MadeVariant {
  readonly p50: number
  readonly recall?: number
  readonly overlap?: number
  readonly cost?: number
  readonly memory?: number
  readonly errors?: number
  /** Of these rounds, the process ended badly. */
  readonly broken?: readonly number[]
  readonly what?: string
}

interface Made {
  readonly variants: Readonly<Record<string, MadeVariant>>
  readonly loads?: readonly Load[]
  readonly rounds?: number
  readonly seed?: number
  readonly baseline?: string | undefined
  readonly rank?: Figure
  /** What slows all of a round: the machine. */
  readonly weather?: (round: number, random: () => number) => number
  /** What slows one run: chance. */
  readonly chance?: (random: () => number) => number
}

/** A normal distribution's, near enough. */
export const gaussian = (random: () => number) => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6)

/** A result whose figures are those that are given, times the noise of its machine and of chance. */
export function resultOf(made: Made): BenchResult {
  const { variants, loads = [{ kind: 'closed', concurrency: 1 }], rounds = 10, seed = 1, rank = 'p50_ms' } = made
  const random = randomFrom(seed)
  const { weather = () => 1, chance = (next) => Math.exp(0.02 * gaussian(next)) } = made
  const runs: Run[] = []
  for (let round = 0; round < rounds; round++) {
    const pace = weather(round, random)
    for (const [load, one] of loads.entries())
      for (const [variant, is] of Object.entries(variants))
        runs.push(runOf(variant, is, load, one, round, pace * chance(random)))
  }
  const names = Object.entries(variants)
  return {
    version: 1,
    type: 'benchmark',
    started: '2026-07-01T10:00:00.000Z',
    ended: '2026-07-01T10:04:12.000Z',
    complete: true,
    machine: { platform: 'linux', arch: 'x64', cpu: 'Xeon', cores: 4, memory_mb: 16384, node: 'v24.1.0' },
    versions: { '@crossbridge/agent': '0.1.0', pg: '8.16.0' },
    workload: { name: 'docs.jsonl', documents: 10_000, queries: 200, dimensions: 384, k: 10, metric: 'cosine' },
    plan: {
      ...{ loads, iterations: rounds, warmup: 20, operations: 500, seconds: 5, seed: 1, rank },
      baseline: 'baseline' in made ? made.baseline : names[0]?.[0],
      variants: names.map(([name, { what = `adapter ${name}` }]) => ({
        ...{ name, kind: 'adapter', what, settings: { ef: 64 }, env: {} },
      })),
    },
    currency: 'USD',
    builds: names
      .slice(0, 2)
      .map(([variant], i) => ({ variant, documents: 10_000, build_ms: 1200 * (i + 1), bytes: 2e7 * (i + 1) })),
    runs,
  }
}

function runOf(variant: string, is: MadeVariant, load: number, one: Load, round: number, pace: number): Run {
  const lanes = one.kind === 'closed' ? one.concurrency : 1
  const p50 = is.p50 * pace * Math.sqrt(lanes)
  const scope = { name: 'vector_store.search', library: variant, calls: 500, errors: 0, p50_ms: p50 * 0.9 }
  const failing = is.errors ?? 0
  const whole: Run = {
    ...{ variant, load, round, operations: 500 },
    figures: {
      ...{ p50_ms: p50, p95_ms: p50 * 1.6, p99_ms: p50 * 2.5, mean_ms: p50 * 1.1, errors: failing },
      throughput: one.kind === 'closed' ? (1000 * lanes) / (p50 * 1.1) : Math.min(one.rate, 1000 / p50),
      ...{ cpu_ms: p50 / 4, peak_memory_mb: (is.memory ?? 90) + (round % 3), memory_mb: is.memory ?? 85 },
      ...(is.recall !== undefined && { recall: is.recall }),
      ...(is.overlap !== undefined && { overlap: is.overlap }),
      ...(is.cost !== undefined && { cost: is.cost }),
    },
    quantiles_ms: Array.from({ length: 101 }, (_, i) => p50 * (0.6 + 0.8 * (i / 100) + (i / 100) ** 20 * 3)),
    scopes: [{ ...scope, p95_ms: p50 * 1.5, total_ms: p50 * 500 }],
    failures: failing > 0 ? [{ error: 'TimeoutError', count: Math.round(500 * failing) }] : [],
  }
  if (!is.broken?.includes(round)) return whole
  return { ...whole, operations: 0, figures: {}, quantiles_ms: [], scopes: [], failures: [], broken: 'ECONNREFUSED' }
}

/** Of each kind that a report has to show. */
export const benchVariants: Readonly<Record<string, MadeVariant>> = {
  'pgvector ef 32': { p50: 2.2, recall: 0.93, memory: 80, what: 'pgvector' },
  pgvector: { p50: 4, recall: 0.97, memory: 80, what: 'pgvector' },
  'pgvector ef 256': { p50: 9, recall: 0.995, memory: 80, what: 'pgvector' },
  qdrant: { p50: 1.9, recall: 0.91, cost: 0.2 },
  lancedb: { p50: 4, recall: 0.971, overlap: 0.99, memory: 260, cost: 0.6, errors: 0.02 },
  slow: { p50: 30, recall: 1, cost: 0.1 },
  usearch: { p50: 0.4, recall: 0.96 },
  gone: { p50: 1, broken: Array.from({ length: 10 }, (_, i) => i) },
}

export const nasty = '</script><img src=x onerror=alert(1)>|\u202e\x1b[31m\0`*'

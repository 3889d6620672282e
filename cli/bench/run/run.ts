import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Costs } from '../../../agent/output/cost/cost.ts'
import type { Asked } from '../config/asked.ts'
import type { Figure, Run } from '../model.ts'
import type { Answers, Job, Measured } from '../worker/protocol.ts'
import { meanOf, quantilesOf, valueAt } from '../worker/quantiles.ts'
import { runCommand } from './command.ts'
import { environmentOf, recordsIn } from './environment.ts'
import { perform, interrupted as wasInterrupted } from './process.ts'
import { recordedIn } from './records.ts'
import type { Turn } from './schedule.ts'

/** What all runs share. */
export interface Bench {
  readonly asked: Asked
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The benchmark's folder, which is removed at its end. */
  readonly folder: string
  readonly config: string | undefined
  readonly costs: Costs | undefined
  readonly interrupted: AbortSignal
  /** A text without the values of secrets. */
  readonly hide: (text: string) => string
  /** The part of a job that all of a variant's have. */
  readonly jobOf: (variant: Job['variant']) => Omit<Job, 'kind'>
}

export interface Done {
  readonly run: Run
  readonly answers?: Answers
}

/** Time for the pass that asks each query once. */
const answersMs = 60_000

/** Does one run; undefined where it was interrupted. Its files are gone afterwards. */
export async function runOnce(
  bench: Bench,
  { variant, load: index, round }: Turn,
  wantsAnswers: boolean,
): Promise<Done | undefined> {
  const { asked, cwd, interrupted, hide } = bench
  const { warmup, operations, seconds } = asked.plan
  const load = asked.plan.loads[index]
  if (load === undefined) throw new Error(`there is no load ${index}`)
  const folder = mkdtempSync(join(bench.folder, 'run-'))
  const place = { variant: variant.name, load: index, round }
  const broken = (why: string): Done => ({
    run: { ...place, operations: 0, figures: {}, quantiles_ms: [], scopes: [], failures: [], broken: hide(why) },
  })
  try {
    const env = environmentOf({ folder, env: bench.env, own: variant.env, config: bench.config })
    if (variant.kind === 'command') {
      const wish = { cwd, env, interrupted, timeoutMs: asked.timeoutMs, load, warmup, operations, seconds, folder }
      const measured = await runCommand(variant, wish)
      if (interrupted.aborted) return undefined
      return whyBroken(measured, broken) ?? { run: await runOf(bench, place, measured, folder, []) }
    }
    const job = { ...bench.jobOf(variant), kind: 'run', load, warmup, operations, seconds } as const
    const answers = wantsAnswers && job.workload !== undefined
    const limit = answers
      ? { ms: asked.timeoutMs + answersMs, from: `timeout_s, and ${answersMs / 1000} s for what queries find` }
      : { ms: asked.timeoutMs, from: 'timeout_s' }
    const offset = round * operations
    const { reply, told } = await perform({ ...job, offset, answers } as Job, { cwd, env, interrupted, limit })
    if (reply.kind === 'failed') return reply.error === wasInterrupted ? undefined : broken(reply.error)
    if (reply.kind !== 'ran') return broken(`its process answered ${reply.kind}`)
    const { measured, answers: found } = reply
    const run = whyBroken(measured, broken)?.run ?? (await runOf(bench, place, measured, folder, told))
    return { run, ...(found !== undefined && { answers: found }) }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** A run without any operation that went well has no figures. */
function whyBroken({ latencies, failures, error }: Measured, broken: (why: string) => Done): Done | undefined {
  if (latencies.length > 0) return undefined
  const [most] = [...failures].sort((one, other) => other.count - one.count)
  return broken(error ?? most?.error ?? 'no operation ended')
}

async function runOf(
  { costs, hide }: Bench,
  place: Pick<Run, 'variant' | 'load' | 'round'>,
  measured: Measured,
  folder: string,
  told: readonly string[],
): Promise<Run> {
  const { operations, latencies, failures, late } = measured
  const recorded = await recordedIn(recordsIn(folder), measured, costs)
  const quantiles = quantilesOf(latencies)
  const figures: Partial<Record<Figure, number>> = {
    p50_ms: quantiles[50] as number,
    p95_ms: quantiles[95] as number,
    p99_ms: quantiles[99] as number,
    mean_ms: meanOf(latencies),
    throughput: (latencies.length / measured.elapsed_ms) * 1000,
    errors: (operations - latencies.length) / operations,
  }
  for (const name of ['cpu_ms', 'peak_memory_mb', 'memory_mb'] as const) {
    const value = measured[name]
    if (value !== undefined) figures[name] = value
  }
  if (recorded !== undefined && recorded.tokens > 0) figures.tokens = recorded.tokens / operations
  if (recorded !== undefined && recorded.cost > 0) figures.cost = (recorded.cost / operations) * 1000
  return {
    ...place,
    ...{ operations, figures, quantiles_ms: quantiles, scopes: recorded?.scopes ?? [] },
    failures: failures.map(({ error, count }) => ({ error: hide(error), count })),
    ...(late.length > 0 && { late_ms: valueAt(Float64Array.from(late).sort(), 0.99) }),
    ...(!recorded?.scopes.length && { unrecorded: whyUnrecorded(told, recorded !== undefined, hide) }),
  }
}

/** Faults of the agent spoil no run: it has all figures that the load generator has. */
function whyUnrecorded([first]: readonly string[], hasFile: boolean, hide: (text: string) => string): string {
  if (first !== undefined) return hide(first.replace(/^crossbridge: /, '').replace(/ \([^()]*\)\.?$/, ''))
  return hasFile ? 'no call of it is one that the agent records' : 'the agent recorded no call in it'
}

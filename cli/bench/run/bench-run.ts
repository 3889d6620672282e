import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { now } from '../../../agent/clock.ts'
import type { Costs } from '../../../agent/output/cost/cost.ts'
import type { Asked } from '../config/asked.ts'
import { loadWords } from '../figures/load.ts'
import type { BenchResult, Build, Load, Run } from '../model.ts'
import type { Answers } from '../worker/protocol.ts'
import { writeWorkload } from '../workload/files.ts'
import { readWorkload } from '../workload/workload.ts'
import { build, isBuilt, remove } from './build.ts'
import { killAll } from './child.ts'
import { machineHere, shownVariant, shownWorkload, versionsHere } from './described.ts'
import { checkFit } from './fit.ts'
import { jobsOf } from './jobs.ts'
import { qualitiesOf } from './quality.ts'
import { type Bench, runOnce } from './run.ts'
import { scheduleOf, type Turn } from './schedule.ts'
import { createHide } from './secrets.ts'

export interface Surroundings {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The project's configuration. */
  readonly config: string | undefined
  readonly costs: Costs | undefined
  readonly interrupted: AbortSignal
  /** Says what is done now, to somebody who waits. */
  readonly progress: (text: string) => void
  /** Says what the user should know, in a line. */
  readonly tell: (text: string) => void
}

/** A variant that broke so often, and never went well, is not run again. */
const mostBroken = 2
/** Folders of benchmarks that run: gone with the process. */
const folders = new Set<string>()

/** Ends what runs and removes what is on the disk; for the end of the process itself. */
export function abandon(): void {
  killAll()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** Runs the plan. Throws a `UsageError` on a workload that can't be read or used. What is interrupted is what was done until then. */
export async function runBench(asked: Asked, surroundings: Surroundings): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-bench-'))
  folders.add(folder)
  try {
    return await runIn(folder, asked, surroundings)
  } finally {
    abandon()
    folders.delete(folder)
  }
}

async function runIn(folder: string, asked: Asked, surroundings: Surroundings): Promise<BenchResult> {
  const { cwd, env, costs, interrupted, progress, tell } = surroundings
  const { plan } = asked
  const started = new Date().toISOString()
  if (asked.workload !== undefined) progress('reading the workload')
  const workload = asked.workload && (await readWorkload(asked.workload, asked.folder))
  checkFit(plan.variants, workload)
  const bench: Bench = {
    ...{ asked, cwd, env, folder, costs, interrupted, config: surroundings.config },
    hide: createHide(plan.variants, env),
    jobOf: jobsOf(folder, plan.variants, workload),
  }
  if (workload !== undefined) writeWorkload(folder, workload)

  const builds: Build[] = []
  const runs: Run[] = []
  const failed = new Map<string, string>()
  const built = plan.variants.filter(isBuilt)
  try {
    for (const variant of built) {
      if (interrupted.aborted) break
      progress(`${variant.name}: storing ${workload?.documents.length} documents`)
      const made = await build(bench, variant, workload?.documents.length ?? 0)
      if ('failed' in made) failed.set(variant.name, made.failed)
      else builds.push(made)
    }
    const { answers, complete } = await runAll(bench, runs, failed, progress)
    if (workload !== undefined && answers.size > 0) progress('looking at what was found')
    const qualities = workload && (await qualitiesOf(plan, workload, answers, interrupted))
    const { variants, ...rest } = plan
    return {
      ...{ version: 1, type: 'benchmark', started, ended: new Date().toISOString(), complete },
      ...{ machine: machineHere(), versions: versionsHere(variants, cwd) },
      ...(workload !== undefined && { workload: shownWorkload(workload) }),
      plan: { ...rest, variants: variants.map((one) => shownVariant(one, cwd)) },
      ...{ currency: costs?.currency ?? 'USD', builds },
      runs: runs.map((run) =>
        run.broken === undefined ? { ...run, figures: { ...run.figures, ...qualities?.get(run.variant) } } : run,
      ),
    }
  } finally {
    for (const variant of built) {
      const why = await remove(bench, variant)
      if (why !== undefined) tell(`${variant.name}: what was stored could not be removed (${why})`)
    }
  }
}

/** All turns, but those of a variant that never goes well. */
async function runAll(
  bench: Bench,
  runs: Run[],
  unbuilt: ReadonlyMap<string, string>,
  progress: Surroundings['progress'],
): Promise<{ readonly answers: Map<string, Answers>; readonly complete: boolean }> {
  const answers = new Map<string, Answers>()
  const asked = new Set<string>()
  const turns = scheduleOf(bench.asked.plan)
  const { loads } = bench.asked.plan
  const start = now()
  for (const [i, turn] of turns.entries()) {
    if (bench.interrupted.aborted) return { answers, complete: false }
    const { variant, load, round } = turn
    const why = unbuilt.get(variant.name)
    if (why !== undefined) {
      const broken = `it can't be filled: ${why}`
      const nothing = { operations: 0, figures: {}, quantiles_ms: [], scopes: [], failures: [] }
      if (round === 0) runs.push({ variant: variant.name, load, round, ...nothing, broken })
      continue
    }
    if (isHopeless(runs, turn)) continue
    progress(
      `run ${i + 1} of ${turns.length}: ${variant.name}, ${loadWords(loads[load] as Load)}${leftOf(now() - start, i, turns.length)}`,
    )
    const wants = !asked.has(variant.name)
    const done = await runOnce(bench, turn, wants)
    if (done === undefined) return { answers, complete: false }
    runs.push(done.run)
    if (done.run.broken === undefined) asked.add(variant.name)
    if (done.answers !== undefined) answers.set(variant.name, done.answers)
  }
  return { answers, complete: true }
}

/** The time that the rest will take, if it goes on so. */
function leftOf(ms: number, done: number, all: number): string {
  if (done === 0) return ''
  const seconds = ((ms / done) * (all - done)) / 1000
  return `, about ${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`} left`
}

const isHopeless = (runs: readonly Run[], { variant, load }: Turn): boolean => {
  const own = runs.filter((run) => run.variant === variant.name && run.load === load)
  return own.length >= mostBroken && own.every(({ broken }) => broken !== undefined)
}

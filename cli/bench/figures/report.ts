import { counted } from '../../format.ts'
import type { BenchReport, BenchResult, Machine } from '../model.ts'
import { redacted } from '../report/redacted.ts'
import { insightsOf } from './insights.ts'
import { leastRounds } from './intervals.ts'
import { loadWords } from './load.ts'
import { againstEarlier, againstVariant, isSameLoad, standingsOf } from './standings.ts'

/** An earlier result as the baseline of a later one. */
export interface Earlier {
  /** Its file's name, as it was given. */
  readonly name: string
  readonly result: BenchResult
}

/**
 * The result as it is read. Variants are compared with `result.plan.baseline`, where that is one of them, or against the
 * variants of the same names in an earlier result; against nothing where there is neither.
 */
export function reportOf(whole: BenchResult, earlier?: Earlier): BenchReport {
  const result = redacted(whole)
  const { baseline } = result.plan
  const named = result.plan.variants.find(({ name }) => name === baseline)?.name
  const against =
    earlier !== undefined
      ? againstEarlier(result, earlier.result)
      : named === undefined
        ? () => undefined
        : againstVariant(result, named)
  const standings = standingsOf(result, against)
  return {
    version: 1,
    result,
    baseline: earlier?.name ?? named,
    standings,
    insights: insightsOf(result, standings),
    notes: [
      ...(earlier === undefined ? [] : [...differences(earlier, result), ...missingFrom(earlier, result)]),
      ...notesOf(result),
    ],
  }
}

/** What is short in a result. */
export function notesOf({ complete, plan, runs }: BenchResult): string[] {
  const rounds = new Set(runs.map(({ round }) => round)).size
  return [
    ...(complete ? [] : [`It was ended early, after ${counted(rounds, 'round')} of ${plan.iterations}.`]),
    ...(rounds < leastRounds
      ? [`${counted(rounds, 'round')} can show no difference; iterations of ${leastRounds} and more do.`]
      : []),
  ]
}

/** Why the figures of two results may differ besides. */
export function differences({ name, result: earlier }: Earlier, later: BenchResult): string[] {
  const machines = differing(earlier.machine, later.machine)
  const [was, is] = [earlier.workload, later.workload]
  const versions = Object.keys({ ...earlier.versions, ...later.versions }).filter(
    (key) => earlier.versions[key] !== later.versions[key],
  )
  return [
    ...(machines.length > 0 ? [`The machines differ (${machines.join('; ')}): so may every figure.`] : []),
    ...(JSON.stringify(was) !== JSON.stringify(is) ? [`The workloads differ: ${name} has ${workloadWords(was)}.`] : []),
    ...versions.map(
      (key) => `${key}: ${earlier.versions[key] ?? 'none'} in ${name}, ${later.versions[key] ?? 'none'} now.`,
    ),
  ]
}

function missingFrom({ name, result: { plan } }: Earlier, later: BenchResult): string[] {
  const variants = later.plan.variants.filter((one) => plan.variants.every((other) => other.name !== one.name))
  const loads = later.plan.loads.filter((load) => !plan.loads.some((other) => isSameLoad(other, load)))
  return [
    ...variants.map((one) => `${one.name} is not in ${name}.`),
    ...loads.map((load) => `${name} has no runs at ${loadWords(load)}.`),
  ]
}

const differing = (was: Machine, is: Machine): string[] =>
  (['platform', 'arch', 'cpu', 'cores', 'memory_mb', 'node'] as const)
    .filter((key) => was[key] !== is[key])
    .map((key) => `${key} ${was[key]}, now ${is[key]}`)

/** `docs.jsonl, 10,000 documents and 200 queries with 384 dimensions, k 10, cosine`. */
export function workloadWords(workload: BenchResult['workload']): string {
  if (workload === undefined) return 'no workload'
  const { name, documents, queries, dimensions, k, metric } = workload
  const size = dimensions === undefined ? '' : ` with ${dimensions} dimensions`
  const stored = documents > 0 ? `${counted(documents, 'document')} and ` : ''
  return `${name}, ${stored}${counted(queries, 'query', 'queries')}${size}, k ${k}, ${metric}`
}

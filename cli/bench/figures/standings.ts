import type { BenchResult, Estimate, Figure, Load, Run, RunScope, Standing } from '../model.ts'
import { kinds } from './figure.ts'
import { type Difference, estimateOf, paired, unpaired } from './intervals.ts'

/** What a variant's runs at a load are compared with. */
type Against = (variant: string, load: number, figure: Figure) => Difference | 'baseline' | undefined

/** Variants by load, then rank. */
export function standingsOf(result: BenchResult, against: Against): Standing[] {
  const { plan } = result
  return plan.loads.flatMap((_, load) => {
    const standings = plan.variants.map(({ name }) => standingOf(result, name, load, against))
    return standings
      .sort((a, b) => weightOf(a, plan.rank) - weightOf(b, plan.rank))
      .map((standing, i) => ({ ...standing, rank: i + 1 }))
  })
}

/** Lower is better; without runs, last of all. */
function weightOf({ figures, successful_runs }: Standing, rank: Figure): number {
  const value = figures[rank]?.value
  if (value === undefined) return successful_runs > 0 ? Number.MAX_VALUE : Number.POSITIVE_INFINITY
  return kinds[rank].better === 'lower' ? value : -value
}

function standingOf(result: BenchResult, variant: string, load: number, against: Against): Standing {
  const runs = runsOf(result, variant, load)
  const whole = runs.filter(isWhole)
  const found = against(variant, load, result.plan.rank)
  return {
    variant,
    load,
    rank: 0,
    successful_runs: whole.length,
    failed_runs: runs.length - whole.length,
    figures: Object.fromEntries(
      (Object.keys(kinds) as Figure[]).flatMap((figure) => {
        const estimate = estimateOf(figure, [...byRound(runs, figure).values()])
        return estimate === undefined ? [] : [[figure, estimate]]
      }),
    ),
    ...(found === 'baseline' ? { verdict: found } : judged(found, result.plan.rank)),
    scopes: scopesOf(whole),
  }
}

export const runsOf = ({ runs }: BenchResult, variant: string, load: number): Run[] =>
  runs.filter((run) => run.variant === variant && run.load === load)

export const isWhole = ({ broken }: Run) => broken === undefined

/** The figure of each round that has it. */
export function byRound(runs: readonly Run[], figure: Figure): Map<number, number> {
  const whole = runs.filter(isWhole)
  return new Map(
    whole.flatMap(({ round, figures }) => {
      const value = figures[figure]
      return value !== undefined && Number.isFinite(value) ? [[round, value] as const] : []
    }),
  )
}

/** By the runs of a variant at the same load, round by round. */
export function againstVariant(result: BenchResult, baseline: string): Against {
  return (variant, load, figure) => {
    if (variant === baseline) return 'baseline'
    const [mine, others] = [variant, baseline].map((name) => byRound(runsOf(result, name, load), figure))
    return paired(figure, mine ?? new Map(), others ?? new Map())
  }
}

/** By the variant of the same name at the same load, in another result. */
export function againstEarlier(result: BenchResult, earlier: BenchResult): Against {
  return (variant, load, figure) => {
    const was = earlier.plan.loads.findIndex((one) => isSameLoad(one, result.plan.loads[load]))
    const [mine, others] = [runsOf(result, variant, load), runsOf(earlier, variant, was)].map((runs) => [
      ...byRound(runs, figure).values(),
    ])
    return unpaired(figure, mine ?? [], others ?? [])
  }
}

export const isSameLoad = (a: Load, b: Load | undefined) => JSON.stringify(sizeOf(a)) === JSON.stringify(sizeOf(b))
const sizeOf = (load: Load | undefined) => load && [load.kind, load.kind === 'closed' ? load.concurrency : load.rate]

/** In words of the better figure: of throughput the higher one, of a time the lower one. */
function judged(found: Difference | undefined, figure: Figure): Pick<Standing, 'speedup' | 'verdict'> {
  if (found === undefined) return { verdict: 'unknown' }
  const { ratio, verdict } = found
  const { better } = kinds[figure]
  const words = { higher: better === 'higher' ? 'faster' : 'slower', lower: better === 'lower' ? 'faster' : 'slower' }
  return {
    ...(ratio !== undefined && { speedup: better === 'higher' ? ratio : turned(ratio) }),
    verdict: verdict === 'higher' || verdict === 'lower' ? (words[verdict] as 'faster') : verdict,
  }
}

const turned = ({ value, low, high }: Estimate): Estimate => ({
  value: 1 / value,
  ...(low !== undefined && high !== undefined && { low: 1 / high, high: 1 / low }),
})

/** The scopes of all runs, those with the most time first; p50 and p95 are the median of the runs'. */
function scopesOf(runs: readonly Run[]): RunScope[] {
  const groups = new Map<string, RunScope[]>()
  for (const scope of runs.flatMap(({ scopes }) => scopes)) {
    const key = `${scope.name} ${scope.library}`
    groups.set(key, [...(groups.get(key) ?? []), scope])
  }
  return [...groups.values()]
    .map((scopes) => {
      const sum = (of: (scope: RunScope) => number) => scopes.reduce((all, scope) => all + of(scope), 0)
      const [first] = scopes as [RunScope]
      return {
        ...{ name: first.name, library: first.library },
        calls: sum(({ calls }) => calls),
        errors: sum(({ errors }) => errors),
        p50_ms: median(scopes.map(({ p50_ms }) => p50_ms)),
        p95_ms: median(scopes.map(({ p95_ms }) => p95_ms)),
        total_ms: sum(({ total_ms }) => total_ms),
      }
    })
    .sort((a, b) => b.total_ms - a.total_ms)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

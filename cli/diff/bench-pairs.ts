import { estimateOf, leastRounds, unpaired } from '../bench/figures/intervals.ts'
import { loadWords } from '../bench/figures/load.ts'
import { byRound, isSameLoad, isWhole, runsOf } from '../bench/figures/standings.ts'
import type { BenchResult, Figure } from '../bench/model.ts'
import type { Change, Comparison, Pair, Verdict } from './compare.ts'
import type { Metric } from './noise.ts'

const metrics: Readonly<Record<Metric, Figure>> = {
  ...{ p50: 'p50_ms', p95: 'p95_ms', p99: 'p99_ms', mean: 'mean_ms', errors: 'errors' },
}

/** The variants and loads of a result; a variant's name and a load's words are unique. */
export const placesOf = ({ plan, runs }: BenchResult) =>
  plan.variants.flatMap(({ name }) =>
    plan.loads.flatMap((load, i) => {
      const own = runs.filter((run) => run.variant === name && run.load === i && isWhole(run))
      return own.length === 0 ? [] : [{ name, load, i, operations: own.reduce((sum, run) => sum + run.operations, 0) }]
    }),
  )
export type Place = ReturnType<typeof placesOf>[number]

/** Each variant at each load, with its earlier self. */
export function compared(was: BenchResult, is: BenchResult): Comparison {
  const [old, now] = [placesOf(was), placesOf(is)]
  const twin = (places: readonly Place[], place: Place) =>
    places.find((one) => one.name === place.name && isSameLoad(one.load, place.load))
  const keyOf = ({ name, load }: Place) => `${name} (${loadWords(load)})`
  return {
    pairs: now.flatMap((place) => {
      const other = twin(old, place)
      return other === undefined ? [] : [pairOf(was, other, is, place)]
    }),
    only_before: old.filter((place) => twin(now, place) === undefined).map(keyOf),
    only_after: now.filter((place) => twin(old, place) === undefined).map(keyOf),
  }
}

function pairOf(was: BenchResult, before: Place, is: BenchResult, after: Place): Pair {
  const changes = (Object.keys(metrics) as Metric[]).flatMap((metric): Change[] => {
    const [old, now] = valuesOf(was, before, is, after, metrics[metric])
    const [one, other] = [old, now].map((values) => estimateOf(metrics[metric], values))
    if (one === undefined || other === undefined) return []
    const { ratio, verdict } = unpaired(metrics[metric], now, old)
    return [
      {
        metric,
        before: { low: one.value, high: one.value, ...one },
        after: { low: other.value, high: other.value, ...other },
        change: ratio === undefined ? other.value - one.value : ratio.value - 1,
        certain: verdict === 'higher' || verdict === 'lower',
      },
    ]
  })
  const isKnown = valuesOf(was, before, is, after, 'p50_ms').every(({ length }) => length >= leastRounds)
  return {
    ...{ name: after.name, library: loadWords(after.load) },
    calls: { before: before.operations, after: after.operations },
    verdict: isKnown ? verdictOf(changes) : 'too_few',
    changes,
  }
}

/** Of p50 and p95 together, as in a diff of records. */
function verdictOf(changes: readonly Change[]): Verdict {
  const certain = changes.filter((one) => one.certain && (one.metric === 'p50' || one.metric === 'p95'))
  if (certain.some(({ change }) => change > 0)) return 'slower'
  return certain.length > 0 ? 'faster' : 'same'
}

/** The figure of each round: before, after. */
export const valuesOf = (was: BenchResult, before: Place, is: BenchResult, after: Place, figure: Figure) =>
  [
    [...byRound(runsOf(was, before.name, before.i), figure).values()],
    [...byRound(runsOf(is, after.name, after.i), figure).values()],
  ] as [number[], number[]]

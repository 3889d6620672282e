import { count, counted, percent } from '../../format.ts'
import type { BenchResult, Figure, Standing } from '../model.ts'
import { digits, kinds } from './figure.ts'
import { loadWords } from './load.ts'
import { isWhole } from './standings.ts'
import { tradedIn } from './traded.ts'

/** Megabytes above the leanest client process. */
const muchMemory = 100
/** A cost that is nearer is the same. */
const muchCost = 1.05
/** Of the rate that was asked for. */
const keptUp = 0.95

/** What is worth to be said, each thing once for all loads. */
export function insightsOf(result: BenchResult, standings: readonly Standing[]): string[] {
  const variants = result.plan.variants.map(({ name }) => standings.filter(({ variant }) => variant === name))
  return [
    ...tradedIn(result, standings),
    ...slow(result, standings),
    ...late(result, standings),
    ...dear(variants, result.currency),
    ...large(variants),
    ...failed(result),
  ].map((text) => `${text}.`)
}

/** Slower than twice the mean of all. */
function slow({ plan }: BenchResult, standings: readonly Standing[]): string[] {
  const figure = plan.rank.endsWith('_ms') ? plan.rank : 'p50_ms'
  const { name, show } = kinds[figure]
  const means = plan.loads.map((_, load) =>
    meanOf(standings.filter((one) => one.load === load).flatMap((one) => one.figures[figure]?.value ?? [])),
  )
  return plan.variants.flatMap((variant) => {
    const places = standings.flatMap((one) => {
      const [value = 0, mean = 0, load] = [one.figures[figure]?.value, means[one.load], plan.loads[one.load]]
      if (one.variant !== variant.name || load === undefined || value <= 2 * mean) return []
      const where = plan.loads.length > 1 ? ` at ${loadWords(load)}` : ''
      return [`${show(value, '')}${where} (mean ${show(mean, '')})`]
    })
    if (places.length === 0) return []
    return [`${variant.name} is slower than twice the mean of all: ${name} ${places.join('; ')}`]
  })
}

function late({ plan }: BenchResult, standings: readonly Standing[]): string[] {
  return standings.flatMap(({ variant, load, figures }) => {
    const [asked, done] = [plan.loads[load], figures.throughput?.value]
    if (asked?.kind !== 'open' || done === undefined || done >= keptUp * asked.rate) return []
    return [`${variant} could not keep up with ${loadWords(asked)}: it did ${digits(done)}`]
  })
}

/** A figure of each variant over its loads, the least first; those that have none are left out. */
function sorted(variants: readonly (readonly Standing[])[], figure: Figure, over: (values: number[]) => number) {
  return variants
    .flatMap((standings) => {
      const values = standings.flatMap(({ figures }) => figures[figure]?.value ?? [])
      return values.length === 0 ? [] : [{ variant: standings[0]?.variant ?? '', value: over(values) }]
    })
    .sort((a, b) => a.value - b.value)
}

function dear(variants: readonly (readonly Standing[])[], currency: string): string[] {
  const [least, ...others] = sorted(variants, 'cost', meanOf).filter(({ value }) => value > 0)
  if (least === undefined) return []
  const show = (value: number) => kinds.cost.show(value, currency)
  return others
    .filter(({ value }) => value > muchCost * least.value)
    .map(
      ({ variant, value }) =>
        `A thousand operations of ${variant} cost ${show(value)}, ${digits(value / least.value)} times as much as those of ${least.variant} (${show(least.value)})`,
    )
}

function large(variants: readonly (readonly Standing[])[]): string[] {
  const [least, ...others] = sorted(variants, 'peak_memory_mb', (values) => Math.max(...values))
  if (least === undefined) return []
  return others
    .filter(({ value }) => value > least.value + muchMemory)
    .map(
      ({ variant, value }) =>
        `The client process of ${variant} takes ${count(value)} MB of memory, ${count(value - least.value)} MB more than that of ${least.variant}`,
    )
}

const mostReasons = 3

/** Operations that failed, and runs that ended badly, with what was told of them. */
function failed({ plan, runs }: BenchResult): string[] {
  return plan.variants.flatMap(({ name }) => {
    const own = runs.filter(({ variant }) => variant === name)
    if (own.length === 0) return [`${name} has no run`]
    const whole = own.filter(isWhole)
    const share = meanOf(whole.map(({ figures }) => figures.errors ?? 0))
    const told = failuresOf(whole)
      .slice(0, mostReasons)
      .map(({ error, count: times }) => `${error}, ${counted(times, 'time')}`)
    const reason = own.find((run) => !isWhole(run))?.broken
    const which = whole.length === 0 ? 'Each run' : `${own.length - whole.length} of ${counted(own.length, 'run')}`
    return [
      ...(share > 0
        ? [`${percent(share)} of the operations of ${name} failed${told.length === 0 ? '' : ` (${told.join('; ')})`}`]
        : []),
      ...(reason === undefined ? [] : [`${which} of ${name} ended badly: ${reason}`]),
    ]
  })
}

/** What failed, the most frequent first. */
export function failuresOf(runs: BenchResult['runs']) {
  const counts = new Map<string, number>()
  for (const { error, count: times } of runs.flatMap(({ failures }) => failures))
    counts.set(error, (counts.get(error) ?? 0) + times)
  return [...counts].map(([error, times]) => ({ error, count: times })).sort((a, b) => b.count - a.count)
}

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

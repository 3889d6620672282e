import { type Block, type Estimate, estimate, type Metric, metrics } from './noise.ts'

/** One run of a scope: its calls span by span. */
export interface Run {
  readonly name: string
  readonly library: string
  readonly blocks: readonly Block[]
}

export type Verdict = 'slower' | 'faster' | 'same' | 'too_few'

/** A figure in both runs; durations are milliseconds, `errors` is a share of the calls. */
export interface Change {
  readonly metric: Metric
  readonly before: Estimate
  readonly after: Estimate
  /** `after` / `before` - 1; of errors the difference. */
  readonly change: number
  /** True if chance alone would not give either run such a difference. */
  readonly certain: boolean
}

export interface Pair {
  readonly name: string
  readonly library: string
  readonly calls: { readonly before: number; readonly after: number }
  /** The verdict of p50 and p95 together; `too_few` if a run has fewer than 20 records. */
  readonly verdict: Verdict
  readonly changes: readonly Change[]
}

export interface Comparison {
  /** Scopes of both runs, the largest certain change first. */
  readonly pairs: readonly Pair[]
  readonly only_before: readonly string[]
  readonly only_after: readonly string[]
}

/** Fewer records say nothing of their tail. */
const leastRecords = 20

/** Holds two runs against each other, scope by scope of each library. */
export function compare(before: readonly Run[], after: readonly Run[]): Comparison {
  const keyOf = ({ name, library }: Run) => `${name} (${library})`
  const others = new Map(after.map((run) => [keyOf(run), run]))
  const known = new Set(before.map(keyOf))
  const pairs = before.flatMap((run) => {
    const other = others.get(keyOf(run))
    return other === undefined ? [] : [pairOf(run, other)]
  })
  const weight = ({ changes }: Pair) => Math.max(...changes.map((one) => (one.certain ? Math.abs(one.change) : 0)))
  return {
    pairs: pairs.sort((a, b) => weight(b) - weight(a)),
    only_before: before.map(keyOf).filter((key) => !others.has(key)),
    only_after: after.map(keyOf).filter((key) => !known.has(key)),
  }
}

function pairOf(before: Run, after: Run): Pair {
  const fewest = Math.min(...[before, after].map(({ blocks }) => blocks.reduce((sum, { records }) => sum + records, 0)))
  const changes = changesOf(before, after, fewest)
  const [p50, p95] = changes
  const certain = [p50, p95].flatMap((one) => (one?.certain ? [one.change] : []))
  return {
    name: before.name,
    library: before.library,
    calls: { before: callsOf(before), after: callsOf(after) },
    verdict: fewest < leastRecords ? 'too_few' : verdictOf(certain),
    changes,
  }
}

function changesOf(before: Run, after: Run, fewest: number): Change[] {
  const [first, second] = [before, after].map(({ blocks }) => estimate(blocks)) as [Estimates, Estimates]
  return metrics.map((metric) => {
    const [was, is] = [first[metric], second[metric]]
    const apart = is.low > was.high || is.high < was.low
    return {
      metric,
      before: was,
      after: is,
      change: metric === 'errors' ? is.value - was.value : is.value / was.value - 1,
      certain: apart && fewest >= leastRecords,
    }
  })
}

type Estimates = Readonly<Record<Metric, Estimate>>

/** A median that fell does not make up for a tail that rose. */
function verdictOf(certain: readonly number[]): Verdict {
  if (certain.some((change) => change > 0)) return 'slower'
  return certain.length > 0 ? 'faster' : 'same'
}

const callsOf = ({ blocks }: Run) => Math.round(blocks.reduce((sum, { sketch }) => sum + sketch.count, 0))

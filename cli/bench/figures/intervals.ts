import type { Estimate, Figure } from '../model.ts'
import { kinds } from './figure.ts'
import { studentsT } from './student.ts'

/** As in `diff`. With less, of twenty comparisons of equals one would come out as a difference. */
export const level = 0.99
/** Fewer rounds give no interval: of two, it would be sixty times their distance. */
export const leastRounds = 3

/** How a figure of one variant stands to that of another. */
export interface Difference {
  /** 2 for twice as high; absent where a figure is a share, or not above zero. */
  readonly ratio?: Estimate
  /** Higher less lower; what tells where there is no ratio. */
  readonly difference?: Estimate
  readonly verdict: 'higher' | 'lower' | 'same' | 'unknown'
}

/** A figure over the rounds: the geometric mean of what has a ratio, else the mean. Undefined where no round has it. */
export function estimateOf(figure: Figure, values: readonly number[]): Estimate | undefined {
  const known = values.filter(Number.isFinite)
  if (known.length === 0) return undefined
  if (hasRatios(figure, known)) return inversed(meanOf(known.map(Math.log)))
  const { value, low, high } = meanOf(known)
  const [least, most] = kinds[figure].range ?? [0, Number.POSITIVE_INFINITY]
  return {
    value,
    ...(low !== undefined && high !== undefined && { low: Math.max(least, low), high: Math.min(most, high) }),
  }
}

/**
 * Two figures round by round: what slows a machine for a while slows all that runs in a round, and falls out of their
 * ratio. Rounds that only one of them has are left out.
 */
export function paired(
  figure: Figure,
  mine: ReadonlyMap<number, number>,
  others: ReadonlyMap<number, number>,
): Difference {
  const rounds = [...mine.keys()].filter((round) => others.has(round))
  const pairs = rounds
    .map((round) => [mine.get(round) ?? Number.NaN, others.get(round) ?? Number.NaN] as const)
    .filter((pair) => pair.every(Number.isFinite))
  const isRatio = hasRatios(figure, pairs.flat())
  return differenceOf(isRatio, meanOf(pairs.map(([a, b]) => (isRatio ? Math.log(a) - Math.log(b) : a - b))))
}

/** Two figures of runs that have nothing to do with each other: Welch's t, which lets each have its own noise. */
export function unpaired(figure: Figure, mine: readonly number[], others: readonly number[]): Difference {
  const sides = [mine, others].map((values) => values.filter(Number.isFinite))
  const isRatio = hasRatios(figure, sides.flat())
  const [a = empty, b = empty] = sides.map((values) => momentsOf(isRatio ? values.map(Math.log) : values))
  const value = a.mean - b.mean
  if (a.count === 0 || b.count === 0) return { verdict: 'unknown' }
  if (a.count < leastRounds || b.count < leastRounds) return differenceOf(isRatio, { value })
  const [own, other] = [a.variance / a.count, b.variance / b.count]
  const error = own + other
  const degrees = error === 0 ? 1 : error ** 2 / (own ** 2 / (a.count - 1) + other ** 2 / (b.count - 1))
  const off = studentsT(level, degrees) * Math.sqrt(error)
  return differenceOf(isRatio, { value, low: value - off, high: value + off })
}

const hasRatios = (figure: Figure, values: readonly number[]) =>
  kinds[figure].isShare !== true && values.every((value) => value > 0)

function differenceOf(isRatio: boolean, estimate: Estimate): Difference {
  if (Number.isNaN(estimate.value)) return { verdict: 'unknown' }
  return { ...(isRatio ? { ratio: inversed(estimate) } : { difference: estimate }), verdict: verdictOf(estimate) }
}

/** Digits that are lost in sums are no difference. */
const nothing = 1e-12

function verdictOf({ low, high }: Estimate): Difference['verdict'] {
  if (low === undefined || high === undefined) return 'unknown'
  if (low > nothing) return 'higher'
  return high < -nothing ? 'lower' : 'same'
}

const inversed = ({ value, low, high }: Estimate): Estimate => ({
  value: Math.exp(value),
  ...(low !== undefined && high !== undefined && { low: Math.exp(low), high: Math.exp(high) }),
})

function meanOf(values: readonly number[]): Estimate {
  const { mean, variance, count } = momentsOf(values)
  if (count < leastRounds) return { value: mean }
  const off = studentsT(level, count - 1) * Math.sqrt(variance / count)
  return { value: mean, low: mean - off, high: mean + off }
}

const empty = { mean: Number.NaN, variance: 0, count: 0 }

function momentsOf(values: readonly number[]) {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1), count }
}

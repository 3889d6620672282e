import { percent } from '../../format.ts'
import { digits, kinds } from '../figures/figure.ts'
import { isSpeed } from '../figures/traded.ts'
import type { BenchReport, Estimate, Figure, Standing } from '../model.ts'

/** In the order in which they are left out where there is no room, the last first; the figure of the rank always stays. */
const importance: readonly Figure[] = [
  'p50_ms',
  'recall',
  'overlap',
  'throughput',
  'p95_ms',
  'errors',
  'cost',
  'p99_ms',
  'peak_memory_mb',
  'cpu_ms',
  'tokens',
  'score_correlation',
]
/** In the order in which they are read. */
const order: readonly Figure[] = [
  'p50_ms',
  'mean_ms',
  'p95_ms',
  'p99_ms',
  'throughput',
  'recall',
  'overlap',
  'score_correlation',
  'errors',
  'cost',
  'tokens',
  'cpu_ms',
  'peak_memory_mb',
  'memory_mb',
]

/** The figures of a table that some variant has, the most important ones, at most so many. */
export function columnsOf({ result, standings }: BenchReport, most: number): Figure[] {
  const { rank } = result.plan
  const known = importance.filter((figure) =>
    standings.some(({ figures }) => {
      const value = figures[figure]?.value
      // Where nothing fails, and nothing is paid for, there is nothing to read.
      return value !== undefined && (value > 0 || (figure !== 'errors' && figure !== 'cost' && figure !== 'tokens'))
    }),
  )
  const kept = new Set([rank, ...known.filter((figure) => figure !== rank)].slice(0, most))
  return order.filter((figure) => kept.has(figure))
}

/** `1.92 ±2 %`; without the interval where there is none. */
export function estimateWords(figure: Figure, { value, low, high }: Estimate): string {
  const { cell, isShare } = kinds[figure]
  if (low === undefined || high === undefined) return cell(value)
  const off = Math.max(high - value, value - low)
  return isShare || value === 0 ? `${cell(value)} ±${cell(off)}` : `${cell(value)} ±${percent(off / value)}`
}

/** `2.10 (2.02 to 2.18)`. */
export const speedupWords = ({ value, low, high }: Estimate): string =>
  low === undefined || high === undefined ? times(value) : `${times(value)} (${times(low)} to ${times(high)})`

const times = (value: number) => (value < 0.9995 ? value.toFixed(3) : digits(value))

/** Faster and slower are words of time alone. */
export function verdictWords({ verdict, figures }: Standing, rank: Figure): string {
  if (verdict === 'baseline') return 'baseline'
  if (figures[rank] === undefined) return ''
  if (verdict === 'same') return 'no difference'
  if (verdict === 'unknown') return 'not known'
  return isSpeed(rank) ? verdict : verdict === 'faster' ? 'better' : 'worse'
}

/** True where a column says how the variants stand to a baseline. */
export const isCompared = ({ baseline }: BenchReport) => baseline !== undefined

import type { DDSketch } from '@datadog/sketches-js'
import { randomOf } from '../random.ts'
import { quantile, relativeError, sketchOf } from '../report/timeline.ts'

/** The calls of one scope in one span of a run. */
export interface Block {
  readonly sketch: DDSketch
  readonly records: number
  /** Weighted, like the sketch's count. */
  readonly errors: number
}

/** A figure of a run with the interval in which it might as well have come out. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

export const metrics = ['p50', 'p95', 'p99', 'mean', 'errors'] as const
export type Metric = (typeof metrics)[number]

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const
const rounds = 200
/** Of the bootstrap's outcomes, what is cut off at either side, and the same in standard deviations. */
const tail = 0.005
const deviations = 2.576

/**
 * The figures of a run, each with its 99 % interval: the wider one of two. One takes each call for itself (order
 * statistics, or the deviation of a share), the other takes whole spans of the run again and again (block bootstrap),
 * because slow calls come together: a machine that is busy for a second makes a hundred of them.
 */
export function estimate(blocks: readonly Block[]): Readonly<Record<Metric, Estimate>> {
  const whole = merged(blocks)
  const outcomes = resampled(blocks)
  const one = (metric: Metric): Estimate => {
    const value = figureOf(whole, metric)
    const alone = single(whole, metric, value)
    const others = outcomes.map((outcome) => figureOf(outcome, metric)).sort((a, b) => a - b)
    return {
      value,
      low: Math.min(value, alone.low, others[Math.floor(rounds * tail)] ?? value),
      high: Math.max(value, alone.high, others[Math.ceil(rounds * (1 - tail)) - 1] ?? value),
    }
  }
  return { p50: one('p50'), p95: one('p95'), p99: one('p99'), mean: one('mean'), errors: one('errors') }
}

interface Whole {
  readonly sketch: DDSketch
  readonly records: number
  readonly errors: number
}

function merged(blocks: readonly Block[]): Whole {
  const filled = blocks.filter(({ records }) => records > 0)
  const sum = (key: 'records' | 'errors') => filled.reduce((total, block) => total + block[key], 0)
  return { sketch: sketchOf(filled), records: sum('records'), errors: sum('errors') }
}

function figureOf({ sketch, errors }: Whole, metric: Metric): number {
  if (metric === 'errors') return errors / sketch.count
  if (metric === 'mean') return sketch.sum / sketch.count
  return quantile(sketch, quantiles[metric])
}

/** As if the calls had nothing to do with each other. */
function single({ sketch, records }: Whole, metric: Metric, value: number): { low: number; high: number } {
  if (metric === 'mean') return { low: value, high: value }
  if (metric === 'errors') return wilson(value, records)
  const q = quantiles[metric]
  const off = deviations * Math.sqrt((q * (1 - q)) / records)
  return {
    low: quantile(sketch, Math.max(0, q - off)) * (1 - relativeError),
    high: quantile(sketch, Math.min(1, q + off)) * (1 + relativeError),
  }
}

/** Wilson's interval of a share, which holds for few calls and none that fail too. */
function wilson(share: number, n: number): { low: number; high: number } {
  const z = deviations ** 2
  const middle = (share + z / (2 * n)) / (1 + z / n)
  const off = (deviations / (1 + z / n)) * Math.sqrt((share * (1 - share)) / n + z / (4 * n * n))
  return { low: middle - off, high: middle + off }
}

/** Runs that are put together from spans of this one; always the same ones. */
function resampled(blocks: readonly Block[]): Whole[] {
  const filled = blocks.filter(({ records }) => records > 0)
  if (filled.length < 2) return []
  const next = randomOf(filled.length)
  return Array.from({ length: rounds }, () =>
    merged(filled.map(() => filled[Math.floor(next() * filled.length)] as Block)),
  )
}

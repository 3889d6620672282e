import { money } from '../../../agent/output/cost/cost.ts'
import { count, ms, percent } from '../../format.ts'
import { type Figure, figures } from '../model.ts'

export interface FigureKind {
  /** The head of its column. */
  readonly head: string
  /** In a sentence. */
  readonly name: string
  readonly better: 'lower' | 'higher'
  /** From 0 to 1, or -1 to 1: two of them are told apart by their difference, all else by its ratio. */
  readonly isShare?: boolean
  /** Its range, where it has one. */
  readonly range?: readonly [low: number, high: number]
  /** With its unit. */
  show(value: number, currency: string): string
  /** Below the head, which has the unit. */
  cell(value: number): string
}

/** Three digits. */
export const digits = (value: number) =>
  Math.abs(value) < 1e-9 ? '0' : value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : count(value)

const time = (head: string, name: string): FigureKind => ({
  ...{ head: `${head} ms`, name, better: 'lower' },
  show: ms,
  cell: digits,
})
const share = (head: string, name: string, low = 0): FigureKind => ({
  ...{ head, name, better: 'higher', isShare: true, range: [low, 1] },
  show: (value) => value.toFixed(3),
  cell: (value) => value.toFixed(3),
})
const memory = (head: string, name: string): FigureKind => ({
  ...{ head: `${head} MB`, name, better: 'lower' },
  show: (value) => `${count(value)} MB`,
  cell: count,
})

/** Costs have few digits before the point, or none. */
const paid = (value: number) => (value === 0 ? '0' : value >= 100 ? count(value) : `${Number(value.toPrecision(3))}`)

export const kinds: Readonly<Record<Figure, FigureKind>> = {
  p50_ms: time('p50', 'p50'),
  p95_ms: time('p95', 'p95'),
  p99_ms: time('p99', 'p99'),
  mean_ms: time('mean', 'the mean'),
  throughput: {
    ...{ head: 'ops/s', name: 'throughput', better: 'higher' },
    show: (value) => `${digits(value)} operations/s`,
    cell: digits,
  },
  errors: {
    ...{ head: 'errors', name: 'errors', better: 'lower', isShare: true, range: [0, 1] },
    show: percent,
    cell: percent,
  },
  cpu_ms: time('CPU', 'processor time'),
  peak_memory_mb: memory('peak', 'peak memory'),
  memory_mb: memory('memory', 'memory'),
  cost: {
    ...{ head: 'cost', name: 'the cost of a thousand operations', better: 'lower' },
    show: (value, currency) => money(value, currency),
    cell: paid,
  },
  tokens: { head: 'tokens', name: 'tokens', better: 'lower', show: (value) => `${digits(value)} tokens`, cell: digits },
  recall: share('recall', 'recall'),
  overlap: share('overlap', 'overlap'),
  score_correlation: share('scores ~', 'the correlation of scores', -1),
}

export const isFigure = (name: string): name is Figure => (figures as readonly string[]).includes(name)

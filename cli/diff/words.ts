import { percent } from '../format.ts'
import type { Change, Pair } from './compare.ts'
import type { Metric } from './noise.ts'

/** Milliseconds of a table, without their unit. */
export const figure = (ms: number) => (ms < 100 ? ms.toFixed(ms < 10 ? 2 : 1) : ms.toFixed(0))

/** `+49 %`; what was 0 before has risen by no share of itself. */
export const signed = (change: number) =>
  Number.isFinite(change) ? `${change > 0 ? '+' : '-'}${percent(Math.abs(change))}` : 'from 0'

/** `19.0 → 28.4`. */
export function valuesOf({ metric, before, after }: Change): string {
  const show = metric === 'errors' ? percent : figure
  return `${show(before.value)} → ${show(after.value)}`
}

/** The verdict on a scope; figures that made it are named if they are not shown. */
export function verdictWords({ verdict, changes }: Pair, shown: readonly Metric[], unit = 'records') {
  const certain = changes.filter((one) => one.certain)
  const errors = certain.find(({ metric }) => metric === 'errors')?.change ?? 0
  const hidden = certain.filter(({ metric }) => (metric === 'p50' || metric === 'p95') && !shown.includes(metric))
  const text = [
    verdict === 'too_few' ? `too few ${unit}` : inWords[verdict],
    ...hidden.map(({ metric, change }) => `${metric} ${signed(change)}`),
    ...(errors === 0 ? [] : [errors > 0 ? 'more errors' : 'fewer errors']),
  ].join(', ')
  const isWorse = verdict === 'slower' || errors > 0
  return { text, isWorse, isBetter: !isWorse && (verdict === 'faster' || errors < 0) }
}

const inWords = { slower: 'slower', faster: 'faster', same: 'the same' } as const

import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { Ledger } from '../../ledger.ts'
import type { Counts, Observed } from '../../model.ts'
import type { ScopeFigures, Snapshot } from './protocol.ts'
import { createUsage } from './usage.ts'

/** Figures of each scope, kept only while somebody looks. */
export interface Figures {
  observe(call: Observed): void
  /** The ledger with the figures since it was asked last; `interval_ms` is 0 at the first asking. */
  take(): Snapshot
  /** Begins anew. */
  clear(): void
}

interface Cell {
  /** Microseconds, exact to 1 %. */
  readonly histogram: RecordableHistogram
  errors: number
  maxMs: number
  readonly usage: ReturnType<typeof createUsage>
}

/** Names that are made up at run time, by hand-marked scopes, are not to make lines without end. */
const mostScopes = 500
const longestUs = 3_600_000_000
const { now: dateNow } = Date

export function createFigures(ledger: Pick<Ledger, 'snapshot' | 'totals'>, now: () => number): Figures {
  const cells = new Map<Counts, Cell>()
  let since: number | undefined

  const figuresOf = (counts: Counts) => {
    const cell = cells.get(counts)
    if (cell === undefined || cell.histogram.count === 0) return idle
    const { histogram, errors, maxMs } = cell
    const usage = cell.usage.take()
    const figures = {
      calls: histogram.count,
      errors,
      p50_ms: msOf(histogram.percentile(50), maxMs),
      p95_ms: msOf(histogram.percentile(95), maxMs),
      max_ms: round(maxMs),
      ...(usage.length > 0 && { usage }),
    }
    histogram.reset()
    cell.errors = cell.maxMs = 0
    return figures
  }

  return {
    observe({ point: { counts }, durationMs, error, metadata }) {
      const cell = cells.get(counts) ?? createCell()
      cells.set(counts, cell)
      cell.histogram.record(Math.min(Math.max(Math.round(durationMs * 1000), 1), longestUs))
      cell.maxMs = Math.max(cell.maxMs, durationMs)
      if (error !== undefined) cell.errors++
      if (metadata !== undefined) cell.usage.add(metadata)
    },
    take() {
      const at = now()
      const { libraries, scopes, faults, restraint } = ledger.snapshot()
      const most = [...scopes].sort((one, other) => other.counts.seen - one.counts.seen).slice(0, mostScopes)
      const snapshot: Snapshot = {
        at: dateNow() / 1000,
        interval_ms: since === undefined ? 0 : round(at - since),
        scopes: most.map(
          ({ scope, library, counts }): ScopeFigures => ({
            ...{ name: scope, library, counts, ...figuresOf(counts) },
            open: counts.open,
          }),
        ),
        ...(scopes.length > most.length && { left_out: scopes.length - most.length }),
        libraries: Object.entries(libraries).map(([name, states]) => ({ name, states })),
        totals: ledger.totals(),
        faults,
        ...(restraint !== undefined && { restraint }),
      }
      since = at
      return snapshot
    },
    clear() {
      cells.clear()
      since = undefined
    },
  }
}

const createCell = (): Cell => ({
  histogram: createHistogram({ lowest: 1, highest: longestUs, figures: 2 }),
  errors: 0,
  maxMs: 0,
  usage: createUsage(),
})
const idle = { calls: 0, errors: 0, p50_ms: 0, p95_ms: 0, max_ms: 0 }
const round = (ms: number) => Math.round(ms * 1000) / 1000
/** A band of the histogram ends a little above its slowest call. */
const msOf = (us: number, maxMs: number) => round(Math.min(us / 1000, maxMs))

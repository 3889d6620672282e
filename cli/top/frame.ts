import type { LeadingFinding, ProcessFigures } from '../../agent/output/socket/protocol.ts'

/** One scope of one library in one interval; of several processes together. */
export interface Row {
  readonly name: string
  readonly library: string
  /** Calls that ended in the interval; of sampled records those that they stand for. */
  readonly calls: number
  readonly calls_per_s: number
  readonly errors: number
  /** Of several processes, and of several seconds of one, the slowest's. */
  readonly p50_ms: number
  readonly p95_ms: number
  readonly max_ms: number
  /** Calls under way; undefined in a file, which has only ended ones. */
  readonly open: number | undefined
  /** With `--cost`, at the rate of the interval. */
  readonly cost_per_h?: number
}

/** The figures of one interval. */
export interface Frame {
  /** Unix seconds. */
  readonly at: number
  readonly rows: readonly Row[]
  /** The source, for the first line. */
  readonly title: string
  /** Totals since the start, by name. */
  readonly totals: readonly (readonly [string, number])[]
  /** The process, where `system` takes snapshots; of several processes together. */
  readonly process?: ProcessFigures
  /** The one with the largest share, of what was recorded since this began to look. */
  readonly finding?: LeadingFinding
  /** With `--cost`. */
  readonly currency?: string
  /** Notes that a reader of the figures needs. */
  readonly notes: readonly string[]
}

export interface Source {
  /** The figures of the next interval of about so many milliseconds. */
  next(ms: number): Promise<Frame>
  close(): void
}

/** The key that tells rows apart. */
export const keyOf = ({ name, library }: { readonly name: string; readonly library: string }) => `${library}\n${name}`

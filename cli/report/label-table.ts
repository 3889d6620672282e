import { money } from '../../agent/output/cost/cost.ts'
import { count, counted, ms, percent } from '../format.ts'
import { isFailing } from './columns.ts'
import type { Report, ValueReport } from './model.ts'

/** A column of the table of a label's values. */
export interface ValueColumn {
  readonly head: string
  readonly cell: (row: ValueReport) => string
  readonly isBad?: (row: ValueReport) => boolean
  /** The lowest goes first where there is no room; none stays. */
  readonly rank?: number
}

/** More are looked at by nobody; `--json` and the page have all. */
const mostShown = 20

const time = (value: number | undefined) => (value === undefined ? '' : ms(value))

/** The table of a label's values for a terminal and for Markdown; undefined where nothing was split by a label. */
export function labelTable({ by_label, cost }: Report) {
  if (by_label === undefined) return undefined
  const { label, values, percentiles_of } = by_label
  const ofRequests = percentiles_of === 'requests'
  const columns: readonly ValueColumn[] = [
    ...(ofRequests ? [{ head: 'requests', cell: ({ requests }: ValueReport) => count(requests) }] : []),
    { head: 'calls', cell: ({ calls }) => count(calls), rank: 5 },
    { head: 'errors', cell: ({ errors }) => count(errors), isBad: isFailing, rank: 6 },
    { head: 'p50', cell: ({ p50_ms }) => time(p50_ms) },
    { head: 'p95', cell: ({ p95_ms }) => time(p95_ms) },
    { head: 'p99', cell: ({ p99_ms }) => time(p99_ms), rank: 3 },
    { head: 'share', cell: ({ share }) => percent(share), rank: 4 },
    { head: 'tokens', cell: ({ input_tokens, output_tokens }) => count(input_tokens + output_tokens), rank: 2 },
    ...(cost === undefined
      ? []
      : [{ head: 'cost', cell: (row: ValueReport) => (row.cost === undefined ? '' : money(row.cost, cost.currency)) }]),
  ]
  const more = values.length - mostShown
  return {
    label,
    columns,
    rows: values.slice(0, mostShown),
    notes: [
      labelNote(by_label),
      ...(more > 0 ? [`And ${counted(more, 'value')} of smaller share; --json has all.`] : []),
    ],
  }
}

export const labelNote = ({ percentiles_of }: NonNullable<Report['by_label']>): string =>
  `p50, p95 and p99 are of ${percentiles_of}; errors are of calls.`

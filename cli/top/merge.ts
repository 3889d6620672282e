import type { Costs } from '../../agent/output/cost/cost.ts'
import type { LeadingFinding, ProcessFigures, ScopeFigures, Snapshot, Who } from '../../agent/output/socket/protocol.ts'
import { durationOf } from './format.ts'
import { keyOf, type Row } from './frame.ts'

/** Figures of one process or thread since it was asked last, and its last snapshot. */
export interface Told {
  readonly fresh: readonly Snapshot[]
  readonly last: Snapshot | undefined
}

/** Calls and errors are sums; of durations the slowest's stand, since percentiles can't be added. */
export function rowsOf(told: readonly Told[], costs?: Costs): Row[] {
  const rows = new Map<string, Row>()
  for (const { fresh, last } of told) {
    const seconds = fresh.reduce((sum, { interval_ms }) => sum + interval_ms, 0) / 1000
    for (const one of last?.scopes ?? []) if (one.counts.seen > 0) put(rows, one, 0, one.open, costs && 0)
    for (const { scopes } of fresh)
      for (const one of scopes)
        if (one.calls > 0) put(rows, one, one.calls / seconds, 0, costs && (costOf(one, costs) / seconds) * 3600)
  }
  return [...rows.values()]
}

/** Where a price goes by the size of a call, that of the mean call. */
const costOf = ({ name, library, usage = [] }: ScopeFigures, costs: Costs): number =>
  usage.reduce((sum, { calls, ...paid }) => {
    const mean = Object.entries(paid).map(([key, value]) => [key, typeof value === 'number' ? value / calls : value])
    const metadata = Object.fromEntries(mean)
    return sum + (calls > 0 ? calls * costs.of({ name, library, metadata, timestamp: Date.now() / 1000 }) : 0)
  }, 0)

function put(
  rows: Map<string, Row>,
  one: ScopeFigures,
  rate: number,
  open: number,
  costPerHour: number | undefined,
): void {
  const key = keyOf(one)
  const { name, library } = one
  const row: Row = rows.get(key) ?? { ...{ name, library, calls: 0, calls_per_s: 0, errors: 0 }, ...none }
  const counted = rate > 0 ? one : { ...one, ...none, calls: 0, errors: 0 }
  rows.set(key, {
    ...{ name, library },
    calls: row.calls + counted.calls,
    calls_per_s: row.calls_per_s + rate,
    errors: row.errors + counted.errors,
    p50_ms: Math.max(row.p50_ms, counted.p50_ms),
    p95_ms: Math.max(row.p95_ms, counted.p95_ms),
    max_ms: Math.max(row.max_ms, counted.max_ms),
    open: (row.open ?? 0) + open,
    ...(costPerHour !== undefined && { cost_per_h: (row.cost_per_h ?? 0) + costPerHour }),
  })
}

const none = { p50_ms: 0, p95_ms: 0, max_ms: 0, open: 0 }

/** Names the processes, for the first line. */
export function titleOf(who: readonly Who[], here: boolean): string {
  const [first] = who
  if (first === undefined) return ''
  const pids = new Set(who.map(({ pid }) => pid))
  const more = [
    pids.size > 1 ? `${pids.size} processes` : `pid ${first.pid}`,
    ...(who.length > pids.size ? [`${who.length} threads`] : []),
  ].join(', ')
  const up = here
    ? `up ${durationOf((Date.now() / 1000 - Math.min(...who.map(({ since }) => since))) * 1000)}`
    : 'ended'
  return `${first.script || 'node'}  ${more}  ${up}  Node ${first.node}`
}

const shownCounts = [
  ['calls', 'seen'],
  ['recorded', 'emitted'],
  ['sampled out', 'sampled_out'],
  ['under threshold', 'under_threshold'],
  ['limited', 'limited'],
  ['dropped', 'dropped'],
  ['errors', 'errors'],
  ['in flight', 'open'],
] as const

/** Counts since their start, added up. */
export const totalsOf = (last: readonly Snapshot[]) =>
  shownCounts.map(([name, key]) => [name, last.reduce((sum, { totals }) => sum + totals[key], 0)] as const)

/** The processes together: processor and memory are sums, shares of time are the worst one's. */
export function processOf(last: readonly Snapshot[]): ProcessFigures | undefined {
  const [first, ...others] = last.flatMap(({ process }) => process ?? [])
  if (first === undefined) return undefined
  return others.reduce(
    (all, one) => ({
      cpu_percent: all.cpu_percent + one.cpu_percent,
      loop_percent: Math.max(all.loop_percent, one.loop_percent),
      memory_mb: all.memory_mb + one.memory_mb,
      heap_used_mb: all.heap_used_mb + one.heap_used_mb,
      stalls: all.stalls + one.stalls,
      longest_stall_ms: Math.max(all.longest_stall_ms, one.longest_stall_ms),
      gc_percent: Math.max(all.gc_percent, one.gc_percent),
      starved_percent: Math.max(all.starved_percent, one.starved_percent),
    }),
    first,
  )
}

/** Of several processes, the one of the largest share. */
export const findingOf = (last: readonly Snapshot[]): LeadingFinding | undefined =>
  last.flatMap(({ finding }) => finding ?? []).sort((one, other) => other.share - one.share)[0]

/** Notes that a reader of the figures needs. */
export function notesOf(last: readonly Snapshot[]): string[] {
  const faults = last.reduce((sum, one) => sum + one.faults, 0)
  const left = last.reduce((sum, { left_out = 0 }) => sum + left_out, 0)
  return [
    ...new Set(last.flatMap(({ restraint }) => (restraint === undefined ? [] : [`CPU budget: ${restraint}`]))),
    ...(faults > 0 ? [`${faults} faults of the agent; its stderr tells them`] : []),
    ...(left > 0 ? [`${left} scopes with fewer calls are not shown`] : []),
  ]
}

import type { Config } from '../config/schema.ts'
import type { Metadata, ProcessReading } from '../model.ts'

type Options = Config['system']

/** Figures that others measure: of the pool of libuv, and of the event loop's delay. */
export type More = Readonly<Record<string, number | undefined>>

/** The metadata of one snapshot: what was between two readings, and what is there at the second. */
export function snapshotOf(
  before: ProcessReading,
  after: ProcessReading,
  baselineBytes: number,
  monitor: Options['monitor'],
  more: { readonly cpu: More; readonly threads: More },
): Metadata {
  const ms = after.at - before.at
  const since = (of: (reading: ProcessReading) => number) => of(after) - of(before)
  const active = since(({ loopActiveMs }) => loopActiveMs)
  const throttled = after.throttledMs === undefined ? undefined : after.throttledMs - (before.throttledMs ?? 0)
  const cpu = () => ({
    cpu_percent: (since(({ cpuUserMs, cpuSystemMs }) => cpuUserMs + cpuSystemMs) / ms) * 100,
    event_loop_utilization: active / ms,
    stalls: since(({ stalls }) => stalls),
    stall_ms: since(({ stalledMs }) => stalledMs),
    longest_stall_ms: after.longestStallMs,
    starved_ms: since(({ starvedMs }) => starvedMs),
    throttled_ms: throttled,
    ...more.cpu,
  })
  const memory = () => ({
    memory_mb: after.residentBytes / 1e6,
    memory_growth_mb: (after.residentBytes - baselineBytes) / 1e6,
    heap_used_mb: after.heapUsedBytes / 1e6,
    heap_total_mb: after.heapTotalBytes / 1e6,
    heap_limit_mb: after.heapLimitBytes / 1e6,
    heap_percent: (after.heapUsedBytes / after.heapLimitBytes) * 100,
    external_mb: after.externalBytes / 1e6,
    array_buffers_mb: after.arrayBuffersBytes / 1e6,
  })
  const threads = () => ({
    thread_count: after.threads,
    active_handles: after.activeResources,
    sockets: after.sockets,
    ...more.threads,
  })
  const gc = () => {
    const { minor, major, incremental, weak } = after.collected
    const { collected } = before
    return {
      gc_count: minor + major + incremental + weak - sumOf(collected),
      gc_count_minor: minor - collected.minor,
      gc_count_major: major - collected.major,
      gc_count_incremental: incremental - collected.incremental,
      gc_count_weak: weak - collected.weak,
      gc_ms: since(({ collectedMs }) => collectedMs),
    }
  }
  return roundedOf({
    interval_ms: ms,
    ...(monitor.cpu && cpu()),
    ...(monitor.memory && memory()),
    ...(monitor.threads && threads()),
    ...(monitor.gc && gc()),
  })
}

/** The thresholds that a snapshot passed; 0 is none. */
export function exceededBy(found: Metadata, thresholds: Options['thresholds']): string[] | undefined {
  const passed = (value: unknown, threshold: number) => threshold > 0 && typeof value === 'number' && value >= threshold
  const names = [
    ...(passed(found.cpu_percent, thresholds.cpu_percent) ? ['cpu_percent'] : []),
    ...(passed(found.memory_growth_mb, thresholds.memory_mb) ? ['memory_mb'] : []),
    ...(passed(found.heap_percent, thresholds.heap_percent) ? ['heap_percent'] : []),
  ]
  return names.length > 0 ? names : undefined
}

const sumOf = ({ minor, major, incremental, weak }: ProcessReading['collected']) => minor + major + incremental + weak

function roundedOf(found: Readonly<Record<string, number | undefined>>): Metadata {
  const metadata: Metadata = {}
  for (const [name, value] of Object.entries(found))
    if (value !== undefined) metadata[name] = Math.round(value * 100) / 100
  return metadata
}

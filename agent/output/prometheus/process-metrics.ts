import type { ProcessReading } from '../../model.ts'
import type { Metric } from './metric.ts'

/** A metric of the process, and its value. Where prom-client's default metrics have one, its name is theirs. */
interface Figure {
  readonly metric: Metric
  readonly of: (reading: ProcessReading) => number | undefined
}

const figure = (type: 'counter' | 'gauge', name: string, help: string, of: Figure['of']): Figure => ({
  metric: { name, help, type, labels: [] },
  of,
})
const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000)

const figures: readonly Figure[] = [
  figure('counter', 'process_cpu_user_seconds_total', 'User CPU time.', (one) => seconds(one.cpuUserMs)),
  figure('counter', 'process_cpu_system_seconds_total', 'System CPU time.', (one) => seconds(one.cpuSystemMs)),
  figure('counter', 'process_cpu_seconds_total', 'User and system CPU time.', (one) =>
    seconds(one.cpuUserMs + one.cpuSystemMs),
  ),
  figure(
    'counter',
    'process_cpu_starved_seconds_total',
    'Time in which the main thread could run and did not.',
    (one) => seconds(one.starvedMs),
  ),
  figure(
    'counter',
    'process_cpu_throttled_seconds_total',
    'Time in which a quota kept the container from CPUs.',
    (one) => seconds(one.throttledMs),
  ),
  figure('gauge', 'process_resident_memory_bytes', 'Resident memory.', (one) => one.residentBytes),
  figure('gauge', 'process_threads', 'Threads of the process.', (one) => one.threads),
  figure('gauge', 'nodejs_heap_size_used_bytes', 'Used heap.', (one) => one.heapUsedBytes),
  figure('gauge', 'nodejs_heap_size_total_bytes', 'Heap.', (one) => one.heapTotalBytes),
  figure('gauge', 'nodejs_heap_size_limit_bytes', 'The most that the heap may grow to.', (one) => one.heapLimitBytes),
  figure('gauge', 'nodejs_external_memory_bytes', 'External memory.', (one) => one.externalBytes),
  figure('gauge', 'nodejs_active_resources_total', 'Active resources.', (one) => one.activeResources),
  figure('counter', 'nodejs_eventloop_active_seconds_total', 'Time in which the event loop did not wait.', (one) =>
    seconds(one.loopActiveMs),
  ),
  figure(
    'counter',
    'nodejs_eventloop_stalls_total',
    'Turns of the loop that worked for 20 ms or more.',
    (one) => one.stalls,
  ),
  figure('counter', 'nodejs_eventloop_stall_seconds_total', 'Their time.', (one) => seconds(one.stalledMs)),
  figure('counter', 'nodejs_gc_pause_seconds_total', 'Garbage collection.', (one) => seconds(one.collectedMs)),
]
const pauses: Metric = {
  name: 'nodejs_gc_pauses_total',
  help: 'Garbage collections by kind.',
  type: 'counter',
  labels: ['kind'],
}

export const processMetrics: readonly Metric[] = [...figures.map(({ metric }) => metric), pauses]

/** The values of a reading, each with its metric and its labels. */
export function processValues(
  reading: ProcessReading,
): (readonly [Metric, labels: readonly string[], value: number])[] {
  const values = figures.flatMap(({ metric, of }) => {
    const value = of(reading)
    return value === undefined ? [] : [[metric, [] as readonly string[], value] as const]
  })
  const counts = Object.entries(reading.collected).map(([kind, count]) => [pauses, [kind], count] as const)
  return [...values, ...counts]
}

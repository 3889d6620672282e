import type { Metadata, ProfileRecord } from '../../agent/model.ts'
import type { ProcessReport } from './model.ts'

/** Processes beyond these are left out. */
const mostProcesses = 20

/** The sums of one process. */
interface Sums {
  snapshots: number
  exceeded: number
  ms: number
  from: number
  to: number
  /** By figure: its sum weighted by the snapshots' intervals, its plain sum, its least and its most. */
  readonly figures: Map<string, { weighted: number; sum: number; least: number; most: number; last: number }>
}

/** True for a snapshot of the section `system`. */
export const isSnapshot = ({ name, library }: ProfileRecord) => library === 'system' && name === 'system.snapshot'

/** Sums up snapshots, process by process. */
export function createProcesses() {
  const processes = new Map<number, Sums>()
  let leftOut = 0

  return {
    add({ pid, timestamp, exceeded, metadata = {} }: ProfileRecord): void {
      const sums = processes.get(pid) ?? createSums(timestamp)
      if (!processes.has(pid) && processes.size >= mostProcesses) {
        leftOut++
        return
      }
      processes.set(pid, sums)
      const ms = numberIn(metadata, 'interval_ms') ?? 0
      sums.snapshots++
      if (exceeded !== undefined) sums.exceeded++
      sums.ms += ms
      sums.from = Math.min(sums.from, timestamp - ms / 1000)
      sums.to = Math.max(sums.to, timestamp)
      addFigures(sums, metadata, ms)
    },
    leftOut: () => leftOut,
    all: (): ProcessReport[] => [...processes].map(([pid, sums]) => reportOf(pid, sums)),
  }
}

const createSums = (at: number): Sums => ({ snapshots: 0, exceeded: 0, ms: 0, from: at, to: at, figures: new Map() })

function addFigures({ figures }: Sums, metadata: Metadata, ms: number): void {
  for (const name of names) {
    const value = numberIn(metadata, name)
    if (value === undefined) continue
    const figure = figures.get(name) ?? { weighted: 0, sum: 0, least: value, most: value, last: value }
    figures.set(name, figure)
    figure.weighted += value * ms
    figure.sum += value
    figure.least = Math.min(figure.least, value)
    figure.most = Math.max(figure.most, value)
    figure.last = value
  }
}

const names = [
  ...['cpu_percent', 'event_loop_utilization', 'stalls', 'stall_ms', 'longest_stall_ms', 'starved_ms', 'throttled_ms'],
  ...['memory_mb', 'memory_growth_mb', 'heap_used_mb', 'heap_percent', 'thread_count', 'pool_wait_ms'],
  ...['gc_count', 'gc_ms'],
] as const

function reportOf(pid: number, { snapshots, exceeded, ms, from, to, figures }: Sums): ProcessReport {
  const spread = (name: (typeof names)[number]) => {
    const found = figures.get(name)
    if (found === undefined) return undefined
    return {
      least: round(found.least),
      mean: round(ms > 0 ? found.weighted / ms : found.last),
      most: round(found.most),
    }
  }
  const sum = (name: (typeof names)[number]) => round(figures.get(name)?.sum ?? 0)
  const most = (name: (typeof names)[number]) => round(figures.get(name)?.most ?? 0)
  const cpu = spread('cpu_percent')
  const loop = spread('event_loop_utilization')
  const memory = spread('memory_mb')
  const heap = spread('heap_used_mb')
  return {
    ...{ pid, snapshots, exceeded, from: round(from), to: round(to), span_ms: round(ms) },
    ...(cpu && { cpu_percent: cpu }),
    ...(loop && { event_loop_utilization: loop }),
    ...(memory && { memory_mb: memory }),
    memory_growth_mb: round(figures.get('memory_growth_mb')?.last ?? 0),
    ...(heap && { heap_used_mb: heap }),
    heap_percent: most('heap_percent'),
    threads: most('thread_count'),
    stalls: sum('stalls'),
    stall_ms: sum('stall_ms'),
    longest_stall_ms: most('longest_stall_ms'),
    starved_ms: sum('starved_ms'),
    throttled_ms: sum('throttled_ms'),
    pool_wait_ms: most('pool_wait_ms'),
    gc_count: sum('gc_count'),
    gc_ms: sum('gc_ms'),
  }
}

const numberIn = (metadata: Metadata, name: string): number | undefined => {
  const value = metadata[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
const round = (value: number) => Math.round(value * 100) / 100

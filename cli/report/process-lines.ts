import { count, counted, ms } from '../format.ts'
import type { ProcessReport, Spread } from './model.ts'

/** One figure of a process: its name, and what it was. */
export type ProcessLine = readonly [name: string, value: string]

/** The process in words, for every form of the report. */
export function processLines(one: ProcessReport): ProcessLine[] {
  const share = (part: number) => `${round((part / Math.max(one.span_ms, 1)) * 100)} % of the time`
  const { cpu_percent, event_loop_utilization: loop, memory_mb, heap_used_mb } = one
  const lines: (ProcessLine | false | undefined)[] = [
    cpu_percent && ['processor', `${spread(cpu_percent)} % of one core`],
    loop && ['event loop busy', `${spread(scaled(loop, 100))} % of the time`],
    [
      'event loop stalled',
      one.stalls === 0
        ? 'never'
        : `${counted(one.stalls, 'time')}, ${ms(one.stall_ms)}, longest ${ms(one.longest_stall_ms)}`,
    ],
    one.starved_ms > 0 && ['starved', `${ms(one.starved_ms)}, ${share(one.starved_ms)}`],
    one.throttled_ms > 0 && ['throttled', `${ms(one.throttled_ms)}, ${share(one.throttled_ms)}`],
    memory_mb && [
      'memory',
      `${spread(memory_mb)} MB, ${round(one.memory_growth_mb)} MB more at its end than at its start`,
    ],
    heap_used_mb && ['heap', `${spread(heap_used_mb)} MB, at most ${round(one.heap_percent)} % of its limit`],
    one.gc_count > 0 && ['garbage collection', `${count(one.gc_count)}, ${ms(one.gc_ms)}, ${share(one.gc_ms)}`],
    one.threads > 0 && ['threads', count(one.threads)],
    one.pool_wait_ms >= 1 && ['longest wait for the pool of libuv', ms(one.pool_wait_ms)],
    one.exceeded > 0 && ['above a threshold', `${count(one.exceeded)} of ${counted(one.snapshots, 'snapshot')}`],
  ]
  return lines.filter((line) => line !== false && line !== undefined)
}

export const processTitle = ({ pid, snapshots, span_ms }: ProcessReport) =>
  `Process ${pid}: ${counted(snapshots, 'snapshot')} of ${ms(span_ms)}`

const spread = ({ least, mean, most }: Spread) => `${round(mean)} (${round(least)} to ${round(most)})`
const scaled = ({ least, mean, most }: Spread, by: number): Spread => ({
  least: least * by,
  mean: mean * by,
  most: most * by,
})
const round = (value: number) => (Math.abs(value) >= 10 ? Math.round(value) : Math.round(value * 10) / 10)

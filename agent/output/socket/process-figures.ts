import type { ProcessReading } from '../../model.ts'
import type { ProcessFigures } from './protocol.ts'

/** The process since it was asked for last, by the readings that it was told of. */
export function createProcessFigures() {
  let before: ProcessReading | undefined
  let last: ProcessReading | undefined
  let longestStallMs = 0

  return {
    told(reading: ProcessReading): void {
      before ??= reading
      last = reading
      longestStallMs = Math.max(longestStallMs, reading.longestStallMs)
    },
    /** Undefined while there are no two readings. */
    take(): ProcessFigures | undefined {
      if (before === undefined || last === undefined || last.at <= before.at) return undefined
      const [one, other] = [before, last]
      const since = (of: (reading: ProcessReading) => number) => of(other) - of(one)
      const ms = since(({ at }) => at)
      const figures = {
        cpu_percent: (since(({ cpuUserMs, cpuSystemMs }) => cpuUserMs + cpuSystemMs) / ms) * 100,
        loop_percent: (since(({ loopActiveMs }) => loopActiveMs) / ms) * 100,
        memory_mb: other.residentBytes / 1e6,
        heap_used_mb: other.heapUsedBytes / 1e6,
        stalls: since(({ stalls }) => stalls),
        longest_stall_ms: longestStallMs,
        gc_percent: (since(({ collectedMs }) => collectedMs) / ms) * 100,
        starved_percent: (since(({ starvedMs }) => starvedMs) / ms) * 100,
      }
      before = last
      longestStallMs = 0
      return Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [name, Math.round(value * 100) / 100]),
      ) as unknown as ProcessFigures
    },
  }
}

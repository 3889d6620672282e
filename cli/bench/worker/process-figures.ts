const sampleMs = 50
const mb = 1e6

/** Processor time of one process for one operation, and its resident memory. */
export interface ProcessFigures {
  readonly cpu_ms: number
  readonly peak_memory_mb: number
  readonly memory_mb: number
}

/** Looks at this process from now on. `look` belongs after each operation: one that keeps the thread lets no timer through. */
export function watchProcess(now: () => number): { look(): void; end(operations: number): ProcessFigures } {
  const before = process.cpuUsage()
  let [peak, sum, count, sampled] = [0, 0, 0, now()]
  const sample = () => {
    const bytes = process.memoryUsage.rss()
    peak = Math.max(peak, bytes)
    sum += bytes
    count++
    sampled = now()
  }
  sample()
  const timer = setInterval(sample, sampleMs).unref()
  return {
    look: () => void (now() - sampled >= sampleMs && sample()),
    end(operations) {
      const { user, system } = process.cpuUsage(before)
      clearInterval(timer)
      sample()
      return {
        cpu_ms: (user + system) / 1000 / Math.max(1, operations),
        peak_memory_mb: peak / mb,
        memory_mb: sum / count / mb,
      }
    },
  }
}

import { createPeaks } from './peaks.ts'

/** One call's view of the process's memory and CPU. */
export interface Memory {
  readonly startBytes: number
  /** Of the samples before it was paused. */
  peakBytes: number
  /** The first sample that counts; -1 while it is paused. */
  since: number
  // Not NodeJS.CpuUsage: the api's types must hold where @types/node is missing.
  readonly cpuStart: { readonly user: number; readonly system: number }
}

export interface Measure {
  begin(): Memory
  /** While nothing is expected of the call; one that is never taken up again then holds nothing. */
  pause(memory: Memory): void
  resume(memory: Memory): void
  /** Both are of the whole process, upper bounds where calls overlap: MB above the start (>= 0), CPU ms. */
  end(memory: Memory): { readonly memoryMb: number; readonly cpuMs: number }
}

/**
 * Samples V8 heap used + external every 25 ms, only while a call is open; the timer never holds the process. Calls are
 * counted, not kept: each asks at its end for the highest sample since its begin.
 */
export function createMeasure(): Measure {
  const { cpuUsage } = process
  // Loaded here, since without `level: detailed` it would be 2 ms of every start.
  const { getHeapStatistics } = process.getBuiltinModule('node:v8')
  const { setInterval, clearInterval } = globalThis
  const peaks = createPeaks()
  let open = 0
  let next = 0
  let timer: NodeJS.Timeout | undefined

  const sample = () => {
    const { used_heap_size, external_memory } = getHeapStatistics()
    const bytes = used_heap_size + external_memory
    next = peaks.add(bytes) + 1
    return bytes
  }

  const resume = (memory: Memory) => {
    if (memory.since >= 0) return
    memory.since = next
    open++
    timer ??= setInterval(sample, 25).unref()
  }
  const pause = (memory: Memory) => {
    if (memory.since < 0) return
    memory.peakBytes = Math.max(memory.peakBytes, peaks.since(memory.since))
    memory.since = -1
    if (--open > 0) return
    peaks.clear()
    clearInterval(timer)
    timer = undefined
  }

  return {
    begin() {
      const bytes = sample()
      const memory = { startBytes: bytes, peakBytes: bytes, since: -1, cpuStart: cpuUsage() }
      resume(memory)
      return memory
    },
    pause,
    resume,
    end(memory) {
      const cpu = cpuUsage(memory.cpuStart)
      resume(memory)
      sample()
      pause(memory)
      return { memoryMb: (memory.peakBytes - memory.startBytes) / 1e6, cpuMs: (cpu.user + cpu.system) / 1e3 }
    },
  }
}

import type { Measure, Memory } from '../call.ts'
import { createPeaks } from './peaks.ts'

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

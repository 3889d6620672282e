/** One call's view of the process's memory and CPU. */
export interface Memory {
  readonly startBytes: number
  peakBytes: number
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

/** Samples V8 heap used + external every 25 ms, only while a call is open; the timer never holds the process. */
export function createMeasure(): Measure {
  const { cpuUsage } = process
  // Loaded here, since without `level: detailed` it would be 2 ms of every start.
  const { getHeapStatistics } = process.getBuiltinModule('node:v8')
  const { setInterval, clearInterval } = globalThis
  const open = new Set<Memory>()
  let timer: NodeJS.Timeout | undefined

  const sample = () => {
    const { used_heap_size, external_memory } = getHeapStatistics()
    const bytes = used_heap_size + external_memory
    for (const memory of open) if (bytes > memory.peakBytes) memory.peakBytes = bytes
    return bytes
  }

  const watch = (memory: Memory) => {
    open.add(memory)
    timer ??= setInterval(sample, 25).unref()
  }
  const unwatch = (memory: Memory) => {
    open.delete(memory)
    if (open.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    begin() {
      const bytes = sample()
      const memory = { startBytes: bytes, peakBytes: bytes, cpuStart: cpuUsage() }
      watch(memory)
      return memory
    },
    pause: unwatch,
    resume: watch,
    end(memory) {
      const cpu = cpuUsage(memory.cpuStart)
      watch(memory)
      sample()
      unwatch(memory)
      return { memoryMb: (memory.peakBytes - memory.startBytes) / 1e6, cpuMs: (cpu.user + cpu.system) / 1e3 }
    },
  }
}

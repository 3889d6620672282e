import { readFileSync } from 'node:fs'

/** The files in which a container's cgroup says how long its quota kept it from the processor: version 2, then 1. */
const files = ['/sys/fs/cgroup/cpu.stat', '/sys/fs/cgroup/cpu,cpuacct/cpu.stat', '/sys/fs/cgroup/cpu/cpu.stat']

/** Gives the time of throttling so far in milliseconds; undefined where no cgroup tells of it. */
export function openThrottling(read = (file: string) => readFileSync(file, 'latin1')): () => number | undefined {
  const told = (file: string) => {
    try {
      return throttledMs(read(file))
    } catch {
      return undefined
    }
  }
  const file = process.platform === 'linux' ? files.find((one) => told(one) !== undefined) : undefined
  return () => (file === undefined ? undefined : told(file))
}

/** Version 2 has microseconds, version 1 nanoseconds. The group of all groups has no such line. */
function throttledMs(text: string): number | undefined {
  const [, name, value] = /^throttled_(usec|time) (\d+)$/m.exec(text) ?? []
  return name === undefined ? undefined : Number(value) / (name === 'usec' ? 1e3 : 1e6)
}

import { readFileSync } from 'node:fs'

/**
 * The files in which a container's cgroup has its quota, and says how long that kept it from the processor: version 2,
 * then 1.
 */
const places = [
  { quota: '/sys/fs/cgroup/cpu.max', told: '/sys/fs/cgroup/cpu.stat' },
  { quota: '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us', told: '/sys/fs/cgroup/cpu,cpuacct/cpu.stat' },
  { quota: '/sys/fs/cgroup/cpu/cpu.cfs_quota_us', told: '/sys/fs/cgroup/cpu/cpu.stat' },
]

/** Gives the time of throttling so far in milliseconds; undefined where there is no quota when it is opened. */
export function openThrottling(read = (file: string) => readFileSync(file, 'latin1')): () => number | undefined {
  const text = (file: string) => {
    try {
      return read(file)
    } catch {
      return ''
    }
  }
  if (process.platform !== 'linux') return () => undefined
  // Without a quota version 2 says `max 100000`, version 1 -1.
  const found = places.find(({ quota }) => /^\d/.test(text(quota)))
  return () => (found === undefined ? undefined : throttledMs(text(found.told)))
}

/** Version 2 has microseconds, version 1 nanoseconds. */
function throttledMs(text: string): number | undefined {
  const [, name, value] = /^throttled_(usec|time) (\d+)$/m.exec(text) ?? []
  return name === undefined ? undefined : Number(value) / (name === 'usec' ? 1e3 : 1e6)
}

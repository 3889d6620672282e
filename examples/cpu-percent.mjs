// A probe: the share of one CPU that this process takes, in percent, every 10 seconds (or CPU_PERCENT_EVERY_S).
// crossbridge.yml: runtime.profiling.probes: [./cpu-percent.mjs]

/** @returns {import('@crossbridge/agent/api').Probe} */
export default function cpuPercent() {
  const everyMs = Number(process.env.CPU_PERCENT_EVERY_S || 10) * 1000
  let timer

  return {
    start(emit) {
      let at = performance.now()
      let before = process.cpuUsage()
      timer = setInterval(() => {
        const { user, system } = process.cpuUsage(before)
        const duration_ms = performance.now() - at
        const cpu_percent = Math.round(((user + system) / 1000 / duration_ms) * 1000) / 10
        emit({ name: 'process.cpu', duration_ms, metadata: { cpu_percent } })
        at = performance.now()
        before = process.cpuUsage()
      }, everyMs)
      // Without this the timer would keep the process from ending.
      timer.unref()
    },
    stop() {
      clearInterval(timer)
    },
  }
}

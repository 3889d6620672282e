import { appendFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

// In front of a command that is measured: at its end it tells what its process took, beside the configuration of the run.
const { CROSSBRIDGE_CONFIG: config } = process.env
if (config !== undefined && isMainThread)
  process.once('exit', () => {
    try {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
      const figures = { cpu_ms: (userCPUTime + systemCPUTime) / 1000, memory_mb: (maxRSS * 1024) / 1e6 }
      appendFileSync(join(dirname(config), 'figures.jsonl'), `${JSON.stringify(figures)}\n`)
    } catch {
      // It is measured without them.
    }
  })

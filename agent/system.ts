import { isMainThread, threadId } from 'node:worker_threads'
import type { AgentWork } from './call.ts'
import { chunk } from './chunk.ts'
import type { Config } from './config/schema.ts'
import type { OutputConfig } from './config/unions.ts'
import type { Output, ProcessReading } from './model.ts'
import { countEmitted } from './threads.ts'

interface SystemParts {
  readonly meter: AgentWork
  /** Opens an output of its own, with the alerts of all records. */
  readonly open: (output: OutputConfig, alerts: Config['alerts']) => Output
  /** The outputs of all records, which keep metrics of the process. */
  readonly told: (reading: ProcessReading) => void
  readonly fault: (error: unknown) => void
}

/** Takes snapshots of the process as the configuration says. Main thread only: its event loop and heap are the process's. */
export function followSystem({ meter, open, told, fault }: SystemParts) {
  const dateNow = Date.now
  let opened = ''
  let running: { readonly end: (isExit: boolean) => void } | undefined

  return {
    apply({ enabled, system, alerts }: Config) {
      const wanted = enabled && system.enabled && isMainThread ? JSON.stringify([system, alerts]) : ''
      if (wanted === opened) return
      opened = wanted
      running?.end(false)
      running = undefined
      if (wanted === '') return
      running = chunk<typeof import('./process/system.ts')>('system').openSystem({
        ...{ options: system, dateNow, pid: process.pid, threadId, told, fault, spent: meter.spent },
        open: (output) => open(output, alerts),
        emitted: countEmitted,
      })
    },
    flush: () => running?.end(true),
  }
}

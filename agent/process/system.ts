import { now } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import type { OutputConfig } from '../config/unions.ts'
import type { Output, ProcessReading } from '../model.ts'
import { createBoost } from './boost.ts'
import { openMeanwhile } from './open.ts'
import { createPool } from './pool.ts'
import { createReading } from './reading.ts'
import { exceededBy, snapshotOf } from './snapshot.ts'

interface SystemParts {
  readonly options: Config['system']
  readonly dateNow: () => number
  readonly pid: number
  readonly threadId: number
  /** Opens an output of its own. */
  readonly open: (output: OutputConfig) => Output
  readonly emitted: () => void
  /** Is told of each reading, for what keeps metrics. */
  readonly told: (reading: ProcessReading) => void
  /** Counts the agent's own work, in milliseconds. */
  readonly spent: (ms: number) => void
  readonly fault: (error: unknown) => void
}

// The application's tests may put fakes in their place.
const { setInterval, clearInterval } = globalThis
const name = 'system.snapshot'
/** A last snapshot that would be of less time says nothing. */
const leastMs = 100
/** One snapshot has about as many MB in a file. */
const recordMb = 0.000_75

/** Takes snapshots of the process until its end, which is a last one at the exit. Never throws, and holds no process. */
export function openSystem(parts: SystemParts): { end(isExit: boolean): void } {
  const { options, dateNow, pid, threadId, told, spent, fault } = parts
  const { measure, takeTotals, idle } = openMeanwhile()
  const stopMeasuring = measure()
  const { monitor, thresholds } = options
  const everyMs = options.sampling_interval * 1000
  const next = createBoost(everyMs)
  const read = createReading(takeTotals, idle)
  const pool = monitor.threads ? createPool(process.env, idle) : undefined
  const delay = options.event_loop_delay ? openDelay() : undefined
  const output = parts.open(outputOf(options))
  let before = read()
  const baseline = before.residentBytes
  told(before)
  pool?.look()
  let timer: NodeJS.Timeout | undefined

  const take = () => {
    const reading = read()
    const metadata = snapshotOf(before, reading, baseline, monitor, {
      cpu: delay?.look() ?? {},
      threads: pool?.look() ?? {},
    })
    const exceeded = exceededBy(metadata, thresholds)
    before = reading
    told(reading)
    const taken = output.write({
      name,
      // A state, not a call.
      duration_ms: 0,
      timestamp: Math.round(dateNow()) / 1000,
      library: 'system',
      ...(exceeded && { exceeded }),
      concurrent: 0,
      pid,
      thread_id: threadId,
      metadata,
    })
    if (taken) parts.emitted()
    setEvery(next(reading.at, exceeded !== undefined))
  }
  let every = 0
  const setEvery = (ms: number) => {
    if (every === ms) return
    every = ms
    clearInterval(timer)
    timer = setInterval(attempt, ms).unref()
  }
  const attempt = () => {
    const since = now()
    try {
      take()
      spent(now() - since)
    } catch (error) {
      fault(error)
    }
  }
  setEvery(everyMs)

  return {
    end(isExit) {
      clearInterval(timer)
      if (isExit && now() - before.at >= leastMs) attempt()
      delay?.close()
      stopMeasuring()
      output.flush()
      if (isExit) output.exit?.()
      else output.close?.()
    },
  }
}

function outputOf({ output, max_snapshots }: Config['system']): OutputConfig {
  const { type, path, database_path, destination } = output
  if (type === 'log') return { type, destination }
  if (type === 'none') return { type }
  if (type === 'database') return { type, database_path, flush_ms: 0, rotate: { size_mb: 0, age_hours: 0 } }
  return { type, path, buffer_ms: 0, rotate: { size_mb: max_snapshots * recordMb, age_hours: 0, keep: 1 } }
}

/** The delay of the loop's timers; in nanoseconds, and with the 20 ms of the timer itself in it. */
function openDelay() {
  const resolution = 20
  const histogram = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution })
  histogram.enable()
  const lag = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution)
  return {
    look() {
      const found = {
        event_loop_delay_p50_ms: lag(histogram.percentile(50)),
        event_loop_delay_p99_ms: lag(histogram.percentile(99)),
        event_loop_delay_max_ms: lag(histogram.max),
      }
      histogram.reset()
      return found
    },
    close: () => void histogram.disable(),
  }
}

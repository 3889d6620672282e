import { className } from '../class-name.ts'
import type { Metadata, ProfileRecord } from '../model.ts'
import type { Fate } from '../test-root.ts'
import type { TestsParts } from './parts.ts'

/** Makes the records of a run, writes them, and keeps count of them. */
export function createTell(
  { options, output, emitted, countsOf, dateNow, pid, threadId }: TestsParts,
  runId: () => string,
) {
  const isOn = options.capture.test_lifecycle

  const write = (record: ProfileRecord, context?: unknown): Fate => {
    const taken = output.write(record, context)
    if (taken) emitted()
    return taken ? 'emitted' : 'dropped'
  }
  return {
    write,
    /** A record of the test run itself; who asked for it may add to it. */
    recordOf(name: string, library: string, durationMs: number, metadata: Metadata, error?: unknown): ProfileRecord {
      // No spread, here and below: it takes microseconds on Node 20, and there may be thousands of tests.
      const record: ProfileRecord = {
        name,
        duration_ms: rounded(durationMs),
        timestamp: Math.round(dateNow() - durationMs) / 1000,
        library,
        concurrent: 0,
        pid,
        thread_id: threadId,
        metadata,
        run_id: runId(),
      }
      if (error !== undefined) record.error = nameOf(error)
      return record
    },
    tell(record: ProfileRecord): void {
      if (!isOn) return
      const counts = countsOf(record.library, record.name)
      counts.seen++
      counts[write(record)]++
    },
  }
}

export type Tell = ReturnType<typeof createTell>

/** A framework may keep no more of an error than its name. */
const nameOf = (error: unknown) => (typeof error === 'string' ? error.slice(0, 128) : className(error))

export const rounded = (value: number): number => Math.round(value * 100) / 100

import type { Ended } from '../call.ts'
import type { ProfileRecord } from '../model.ts'
import type { Fate, TestRoot } from '../test-root.ts'
import type { TestsParts } from './parts.ts'
import { createTally } from './tally.ts'
import { rounded, type Tell } from './tell.ts'
import type { Totals } from './totals.ts'

/** What the calls of a test or hook belong to. */
export interface Root {
  readonly root: TestRoot
  /** What it came to. */
  end(): RootEnded
}

export interface RootEnded {
  readonly durationMs: number
  /** HTTP requests, those of the test itself and of its calls. */
  readonly requests: number
  addTo(record: ProfileRecord): void
}

/** Makes each test or hook the request of the calls in it. */
export function createRoots(
  { options, roots, now, tryAcquire }: TestsParts,
  { write }: Tell,
  totalsOf: (library: string) => Totals,
): (testId: string, library: string) => Root {
  const { capture, thresholds } = options
  const isWhole = options.mode === 'full'

  /** Of the calls in a test, those that are slow or fail leave a record. */
  const takeFor = (testId: string, library: string, add: (record: ProfileRecord) => void) => {
    return (record: ProfileRecord, { failed, durationMs }: Ended, context: unknown): Fate => {
      add(record)
      const isSlow = durationMs >= thresholds.slow_call_ms
      if (!capture.commands || !(isSlow || failed)) return 'under_threshold'
      if (!tryAcquire()) {
        totalsOf(library).leftOut++
        return 'limited'
      }
      const { exceeded: _, ...plain } = record
      const exceeded = isSlow && thresholds.slow_call_ms > 0 ? { exceeded: ['slow_call_ms'] } : {}
      return write({ ...plain, ...exceeded, test_id: testId }, context)
    }
  }

  return (testId, library) => {
    const tally = createTally()
    const root = roots()?.begin(isWhole, takeFor(testId, library, tally.add)) ?? withoutRoot(now)
    return {
      root,
      end() {
        const { durationMs, selfMs, calls, timing } = root.end()
        return {
          durationMs,
          requests: tally.requests() + (timing.requests ?? 0),
          addTo(record) {
            record.trace_id = root.traceId
            record.span_id = root.spanId
            record.kind = 'test'
            record.calls = calls
            record.self_ms = rounded(selfMs)
            record.timing = timing
            if (calls === 0) return
            const usage = tally.usage()
            if (usage.length > 0) record.usage = usage
          },
        }
      },
    }
  }
}

/** Of a test that begins while profiling is off. */
function withoutRoot(now: () => number): TestRoot {
  const since = now()
  return {
    ...{ traceId: '', spanId: '', run: (fn) => fn(), enter() {}, keepIn() {} },
    end: () => ({ durationMs: now() - since, selfMs: now() - since, calls: 0, timing: { blocked_ms: 0 } }),
  }
}

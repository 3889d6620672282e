import { threadId } from 'node:worker_threads'
import { chunk } from './chunk.ts'
import { now } from './clock.ts'
import { createLimiter } from './filter/limiter.ts'
import { createMeasure } from './scope/measure.ts'
import type { OpenTests, TestExecution } from './testing/frameworks.ts'
import { countEmitted } from './threads.ts'

type TestExecutionParts = Omit<
  OpenTests,
  'emitted' | 'createLimiter' | 'createMeasure' | 'now' | 'dateNow' | 'pid' | 'threadId' | 'folder'
>

const dateNow = Date.now
const off: TestExecution = { on: false, modules: [], handsOut: () => false, flush() {} }

/** Test runs as the configuration says at the start: a run is over before a reload would mean something. */
export function openTestExecution(parts: TestExecutionParts): TestExecution {
  const { enabled, test_execution } = parts.config
  if (!enabled || !test_execution.enabled) return off
  return chunk<typeof import('./testing/frameworks.ts')>('frameworks').openTests({
    ...parts,
    ...{ createLimiter, createMeasure, now, dateNow, pid: process.pid, threadId },
    emitted: countEmitted,
    folder: process.cwd(),
  })
}

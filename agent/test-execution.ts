import { threadId } from 'node:worker_threads'
import { manualKey } from './api.ts'
import { chunk } from './chunk.ts'
import { now } from './clock.ts'
import { createLimiter } from './filter/limiter.ts'
import { hookKey } from './load/line.ts'
import type { OtherLoaders } from './load/loader.ts'
import { createMeasure } from './scope/measure.ts'
import type { OpenTests, TestExecution } from './testing/frameworks.ts'
import { countEmitted } from './threads.ts'

type TestExecutionParts = Omit<
  OpenTests,
  'emitted' | 'createLimiter' | 'createMeasure' | 'now' | 'dateNow' | 'pid' | 'threadId' | 'folder' | 'loader' | 'doors'
>

const dateNow = Date.now
const hook = Symbol.for(hookKey)
type Doors = { [hook]?: OtherLoaders }
const off: TestExecution = { on: false, modules: [], flush() {} }

/** Test runs as the configuration says at the start: a run is over before a reload would mean something. */
export function openTestExecution(parts: TestExecutionParts): TestExecution {
  const { enabled, test_execution } = parts.config
  if (!enabled || !test_execution.enabled) return off
  return chunk<typeof import('./testing/frameworks.ts')>('frameworks').openTests({
    ...parts,
    ...{ createLimiter, createMeasure, now, dateNow, pid: process.pid, threadId },
    emitted: countEmitted,
    loader: () => (globalThis as Doors)[hook],
    doors: [hook, manualKey],
    folder: process.cwd(),
  })
}

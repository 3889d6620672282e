import { threadId } from 'node:worker_threads'
import { manualKey } from './api.ts'
import { chunk } from './chunk.ts'
import { now } from './clock.ts'
import { createLimiter } from './filter/limiter.ts'
import { hookKey } from './load/line.ts'
import type { OtherLoaders } from './load/loader.ts'
import { unseen } from './scope/inside.ts'
import { createMeasure } from './scope/measure.ts'
import type { OpenTests, TestExecution } from './testing/frameworks.ts'
import { countEmitted } from './threads.ts'

type Own =
  | 'openCases'
  | 'emitted'
  | 'createLimiter'
  | 'createMeasure'
  | 'now'
  | 'dateNow'
  | 'pid'
  | 'threadId'
  | 'folder'
  | 'loader'
  | 'doors'
type TestExecutionParts = Omit<OpenTests, Own> & {
  /** The configuration file's folder. */
  readonly folder: string
}

const dateNow = Date.now
const hook = Symbol.for(hookKey)
type Doors = { [hook]?: OtherLoaders }
const off: TestExecution = { on: false, modules: [], handsOut: () => false, flush() {} }

/** Test runs as the configuration says at the start: a run is over before a reload would mean something. */
export function openTestExecution(parts: TestExecutionParts): TestExecution {
  const { enabled, test_execution } = parts.config
  if (!enabled || !test_execution.enabled) return off
  const { output } = test_execution
  const openCases = () =>
    chunk<typeof import('./output/run-cases.ts')>('run-cases').openRunCases({ output, unseen, folder: parts.folder })
  return chunk<typeof import('./testing/frameworks.ts')>('frameworks').openTests({
    ...parts,
    openCases,
    ...{ createLimiter, createMeasure, now, dateNow, pid: process.pid, threadId },
    emitted: countEmitted,
    loader: () => (globalThis as Doors)[hook],
    doors: [hook, manualKey],
    folder: process.cwd(),
  })
}

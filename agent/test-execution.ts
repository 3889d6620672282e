import { threadId } from 'node:worker_threads'
import type { TestRoots } from './call.ts'
import { chunk } from './chunk.ts'
import { now } from './clock.ts'
import type { Config } from './config/schema.ts'
import type { OutputConfig } from './config/unions.ts'
import { createLimiter } from './filter/limiter.ts'
import type { Counts, Output, WarnOnce } from './model.ts'
import type { ModulePatch } from './replace/patch.ts'
import { createMeasure } from './scope/measure.ts'
import { countEmitted } from './threads.ts'

interface TestExecutionParts {
  readonly config: Config
  /** The location of an option in the configuration. */
  readonly where: (path: string) => string | undefined
  /** Opens an output of its own. */
  readonly open: (output: OutputConfig) => Output
  readonly roots: () => TestRoots | undefined
  readonly countsOf: (library: string, scope: string) => Counts
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

export interface TestExecution {
  /** True where tests are the requests. */
  readonly on: boolean
  /** Attach to the frameworks. */
  readonly modules: readonly ModulePatch[]
  readonly flush: () => void
}

const dateNow = Date.now
const off: TestExecution = { on: false, modules: [], flush() {} }

/** Test runs as the configuration says at the start: a run is over before a reload would mean something. */
export function openTestExecution(parts: TestExecutionParts): TestExecution {
  const { config, where, warnOnce } = parts
  const { enabled, test_execution: options } = config
  if (!enabled || !options.enabled) return off
  if (options.output.type === 'database')
    warnOnce(
      'test database',
      `test_execution.output: there is no database yet (${where('test_execution.output.type') ?? 'the default'}); using the file ${options.output.path}`,
    )
  const limiter = createLimiter(now, options.max_records_per_minute, () =>
    warnOnce(
      'test limit',
      `test_execution.max_records_per_minute (${limiter.most}, ${where('test_execution.max_records_per_minute') ?? 'the default'}) is reached: further records of calls and hooks of such a minute are left out and only counted; raise it to keep them`,
    ),
  )
  const { modules, end } = chunk<typeof import('./testing/frameworks.ts')>('frameworks').openTests({
    ...parts,
    options,
    folder: process.cwd(),
    output: parts.open(outputOf(options)),
    tryAcquire: () => limiter.tryAcquire(1),
    emitted: countEmitted,
    measure: options.level === 'detailed' ? createMeasure() : undefined,
    ...{ now, dateNow, pid: process.pid, threadId },
  })
  return { on: true, modules, flush: end }
}

function outputOf({ output: { type, path, destination } }: Config['test_execution']): OutputConfig {
  if (type === 'log') return { type, destination }
  if (type === 'none') return { type }
  return { type: 'file', path, buffer_ms: 0, rotate: { size_mb: 0, age_hours: 0, keep: 5 } }
}

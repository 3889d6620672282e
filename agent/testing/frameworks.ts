import type { Measure } from '../call.ts'
import type { Config } from '../config/schema.ts'
import type { OutputConfig } from '../config/unions.ts'
import type { Output, ProfileRecord, WarnOnce } from '../model.ts'
import type { ModulePatch } from '../replace/patch.ts'
import { cucumber } from './cucumber.ts'
import type { Framework } from './framework.ts'
import { jasmine, jest } from './jest.ts'
import { mocha } from './mocha.ts'
import { nodeTest } from './node-test.ts'
import type { TestsParts } from './parts.ts'
import { playwright } from './playwright.ts'
import { openBudgetCheck } from './run-end.ts'
import { createTests } from './tests.ts'
import { vitest } from './vitest.ts'
import { vitestVm } from './vitest-vm.ts'

/** The unified system's. */
const flushMs = 1000
const frameworks: readonly Framework[] = [
  nodeTest,
  vitest,
  ...vitestVm,
  mocha,
  jest,
  jasmine,
  ...cucumber,
  ...playwright,
]

export interface TestExecution {
  /** True where tests are the requests. */
  readonly on: boolean
  /** Attach to the frameworks. */
  readonly modules: readonly ModulePatch[]
  /** True in a process that only hands tests out to others. */
  readonly handsOut: () => boolean
  /** At exit. */
  readonly flush: () => void
}

/** What it is opened with. */
export interface OpenTests extends Omit<TestsParts, 'options' | 'output' | 'tryAcquire' | 'measure'> {
  readonly config: Pick<Config, 'enabled' | 'test_execution'>
  /** The location of an option in the configuration. */
  readonly where: (path: string) => string | undefined
  /** Opens an output of its own. */
  readonly open: (output: OutputConfig) => Output
  readonly createLimiter: (
    now: () => number,
    most: number,
    refused: () => void,
  ) => { readonly most: number; readonly tryAcquire: (count: number) => boolean }
  readonly createMeasure: () => Measure
  /** Gives the tests that all processes have written since. */
  readonly openCases: () => ((take: (record: ProfileRecord) => void) => void) | undefined
  readonly warnOnce: WarnOnce
}

/** Attaches to each test framework that is loaded. */
export function openTests(parts: OpenTests): TestExecution {
  const { warnOnce, now } = parts
  const { test_execution: options } = parts.config
  const at = (option: string) => parts.where(`test_execution.${option}`) ?? 'the default'
  const checkBudgets = openBudgetCheck({ ...parts, options, at, isMainThread: parts.threadId === 0 })
  const limiter = parts.createLimiter(now, options.max_records_per_minute, () =>
    warnOnce(
      'test limit',
      `test_execution.max_records_per_minute (${limiter.most}, ${at('max_records_per_minute')}) is reached: further records of calls and hooks of such a minute are left out and only counted; raise it to keep them`,
    ),
  )
  const { tests, handsOut, end } = createTests({
    ...parts,
    options,
    output: parts.open(outputOf(options)),
    tryAcquire: () => limiter.tryAcquire(1),
    measure: options.level === 'detailed' ? parts.createMeasure() : undefined,
  })
  const modules = frameworks.map(
    ({ attach, ...module }): ModulePatch => ({
      ...module,
      wanted: () => true,
      patches: () => [],
      test: true,
      ...attach(tests),
    }),
  )
  return { on: true, modules, handsOut, flush: () => checkBudgets(end()) }
}

function outputOf({ output: { type, path, database_path, destination } }: Config['test_execution']): OutputConfig {
  const rotate = { size_mb: 0, age_hours: 0 }
  switch (type) {
    case 'database':
      return { type, database_path, flush_ms: flushMs, rotate }
    case 'file':
      return { type, path, buffer_ms: 0, rotate: { ...rotate, keep: 5 } }
    case 'log':
      return { type, destination }
    case 'none':
      return { type }
  }
}

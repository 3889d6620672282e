import type { Measure } from '../call.ts'
import type { Budget } from '../config/budgets.ts'
import type { Counts, Output } from '../model.ts'
import type { TestRoots } from '../test-root.ts'
import type { Tests } from './framework.ts'

/** The part of the section `test_execution` that is used for records. */
interface Options {
  readonly mode: string
  readonly level: string
  readonly capture: {
    readonly test_lifecycle: boolean
    readonly commands: boolean
    readonly http: boolean
    readonly assertions: boolean
  }
  readonly include_titles: boolean
  readonly budgets: readonly Budget[]
  readonly thresholds: { readonly slow_call_ms: number; readonly memory_mb: number }
}

/** What the records of tests are made with. */
export interface TestsParts {
  readonly options: Options
  /** Files are told from here on. */
  readonly folder: string
  readonly roots: () => TestRoots | undefined
  readonly output: Output
  /** Admits a record of a call or hook. */
  readonly tryAcquire: () => boolean
  readonly countsOf: (library: string, scope: string) => Counts
  readonly emitted: () => void
  readonly measure: Measure | undefined
  readonly now: () => number
  readonly dateNow: () => number
  readonly pid: number
  readonly threadId: number
  readonly loader: Tests['loader']
  readonly doors: Tests['doors']
  readonly warnOnce: (cause: string, message: string) => void
  readonly fault: (error: unknown) => void
}

import type { Budget } from '../config/budgets.ts'
import type { ProfileRecord } from '../model.ts'
import { createCheck, isExceeded, sentenceOf } from './budgets.ts'

interface RunEndParts {
  readonly options: {
    readonly budgets: readonly Budget[]
    readonly fail_on_budgets: boolean
    readonly capture: { readonly test_lifecycle: boolean }
  }
  /** Gives the tests that were written since it was opened; undefined where nothing keeps them for all processes. */
  readonly openCases: () => ((take: (record: ProfileRecord) => void) => void) | undefined
  /** Tells that there are records. */
  readonly emitted: () => void
  /** The location of an option of `test_execution`. */
  readonly at: (option: string) => string
  /** False in a thread, which is only a part of its process. */
  readonly isMainThread: boolean
  readonly pid: number
  readonly warnOnce: (cause: string, message: string) => void
  readonly fault: (error: unknown) => void
}

/** What a process has of a run at its end. */
export interface Ended {
  readonly runId: string
  /**
   * What this process answers for: the run that it has started, only its own tests where nobody sees the end of the run,
   * or none, where another process has started it.
   */
  readonly reach: 'run' | 'process' | 'none'
  readonly hasTests: boolean
}

/**
 * Checks budgets when a run is over, in the process that has started it: what all of its processes and threads have
 * written since then is the run. Gives what is to be called at exit.
 */
export function openBudgetCheck(parts: RunEndParts): (ended: Ended) => void {
  const { options, at, isMainThread, warnOnce, fault } = parts
  const { budgets } = options
  if (budgets.length === 0) return () => {}
  const readCases = parts.openCases()
  let isFailed = false
  const fail = () => {
    // The framework's own failure stays.
    if (isFailed && !process.exitCode) process.exitCode = 1
  }
  // mocha sets its code in a listener of its own, which it adds at its end.
  if (options.fail_on_budgets && isMainThread) process.once('beforeExit', () => process.once('exit', fail))

  return ({ runId, reach, hasTests }) => {
    if (!isMainThread || reach === 'none') return
    try {
      if (readCases !== undefined && options.capture.test_lifecycle)
        checkAll(readCases, (record) => record.run_id === runId && (reach === 'run' || record.pid === parts.pid))
      else if (hasTests) warnOnce('budgets', whyNot())
    } catch (error) {
      fault(error)
    }
  }

  function checkAll(readAll: NonNullable<typeof readCases>, isMeant: (record: ProfileRecord) => boolean): void {
    const check = createCheck(budgets)
    let found = false
    readAll((record) => {
      if (!isMeant(record)) return
      found = true
      check.add(record)
    })
    // What the processes of the run have written is not nothing.
    if (found) parts.emitted()
    const checked = check.end()
    const locationOf = (index: number) => at(`budgets.${index}`)
    const exceeded = checked.filter(isExceeded)
    for (const [i, one] of exceeded.entries())
      warnOnce(`budget ${i}`, `test_execution.budgets: ${sentenceOf(one, locationOf(one.index))}`)
    const priced = budgets.findIndex(({ cost }) => cost !== undefined)
    if (priced >= 0 && checked.length > 0)
      warnOnce(
        'budget cost',
        `test_execution.budgets: cost (${locationOf(priced)}) is checked by \`npx @crossbridge/agent budget\` alone, which knows prices`,
      )
    isFailed = exceeded.length > 0 && options.fail_on_budgets
    fail()
  }

  function whyNot(): string {
    const [option, why] = options.capture.test_lifecycle
      ? ['output', 'its processes have no records in common: use a database, or a file without {pid} in its path']
      : ['capture.test_lifecycle', 'tests are not recorded: leave it true']
    return `test_execution.budgets (${at('budgets')}) can't be checked at the end of the run, since by test_execution.${option} (${at(option === 'output' ? 'output.type' : option)}) ${why}`
  }
}

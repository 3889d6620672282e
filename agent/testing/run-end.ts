import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Budget } from '../config/budgets.ts'
import type { ProfileRecord } from '../model.ts'
import { createCheck, isExceeded, sentenceOf } from './budgets.ts'

interface RunEndParts {
  readonly options: {
    readonly budgets: readonly Budget[]
    readonly fail_on_budgets: boolean
    readonly capture: { readonly test_lifecycle: boolean }
    readonly output: { readonly type: string; readonly path: string }
  }
  /** The location of an option of `test_execution`. */
  readonly at: (option: string) => string
  readonly folder: string
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

const chunkBytes = 64 * 1024

/**
 * Checks budgets when a run is over, in the process that has started it: what all of its processes and threads have
 * written to the file since then is the run. Gives what is to be called at exit.
 */
export function openBudgetCheck(parts: RunEndParts): (ended: Ended) => void {
  const { options, at, isMainThread, warnOnce, fault } = parts
  const { budgets, output } = options
  if (budgets.length === 0) return () => {}
  const file = resolve(parts.folder, output.path)
  const begin = sizeOf(file)
  let isFailed = false
  const fail = () => {
    // The framework's own failure stays.
    if (isFailed && !process.exitCode) process.exitCode = 1
  }
  // mocha sets its code in a listener of its own, which it adds at its end.
  if (options.fail_on_budgets && isMainThread) process.once('beforeExit', () => process.once('exit', fail))
  const isReadable = ['file', 'database'].includes(output.type) && !output.path.includes('{')

  return ({ runId, reach, hasTests }) => {
    if (!isMainThread || reach === 'none') return
    try {
      if (isReadable && options.capture.test_lifecycle)
        checkAll((record) => record.run_id === runId && (reach === 'run' || record.pid === parts.pid))
      else if (hasTests) warnOnce('budgets', whyNot())
    } catch (error) {
      fault(error)
    }
  }

  function checkAll(isMeant: (record: ProfileRecord) => boolean): void {
    const check = createCheck(budgets)
    readCases(file, begin, (record) => isMeant(record) && check.add(record))
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
      ? ['output', 'its processes have no file in common: give output.type file and a path without {pid}']
      : ['capture.test_lifecycle', 'tests are not recorded: leave it true']
    return `test_execution.budgets (${at('budgets')}) can't be checked at the end of the run, since by test_execution.${option} (${at(option === 'output' ? 'output.type' : option)}) ${why}`
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}

/** The tests in a file, from an offset on; from its begin where it has been made anew meanwhile. */
function readCases(file: string, begin: number, take: (record: ProfileRecord) => void): void {
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch {
    // No process has written any.
    return
  }
  try {
    let at = fstatSync(fd).size < begin ? 0 : begin
    let rest = Buffer.alloc(0)
    const chunk = Buffer.alloc(chunkBytes)
    for (let read = 1; read > 0; at += read) {
      read = readSync(fd, chunk, 0, chunkBytes, at)
      const text = Buffer.concat([rest, chunk.subarray(0, read)])
      const end = text.lastIndexOf(10) + 1
      rest = Buffer.from(text.subarray(end))
      for (const line of text.toString('utf8', 0, end).split('\n'))
        if (line.includes('"test.case"')) takeLine(line, take)
    }
  } finally {
    closeSync(fd)
  }
}

function takeLine(line: string, take: (record: ProfileRecord) => void): void {
  let record: ProfileRecord
  try {
    record = JSON.parse(line)
  } catch {
    // Another program's, or half of a line.
    return
  }
  take(record)
}

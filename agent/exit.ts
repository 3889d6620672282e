import { isMainThread, threadId } from 'node:worker_threads'
import { textOf } from './diagnostics.ts'
import type { Ledger } from './ledger.ts'
import type { WarnOnce } from './model.ts'
import { countSeen, emittedByAll, seenByWorkers } from './threads.ts'

interface ExitParts {
  readonly ledger: Ledger
  readonly flush: () => void
  readonly warnOnce: (...told: [...Parameters<WarnOnce>, ...more: readonly string[]]) => void
  /** Whether an output keeps totals, so that calls without a record are not lost. */
  readonly observed: () => boolean
  /** Print the whole ledger. */
  readonly debug: boolean
  /** Whether profiling was on at any time. */
  readonly wasOn: () => boolean
  /** Whether this process only runs others, which speak for themselves. */
  readonly runs: () => boolean
  /** What is to be said where the agent came too late. */
  readonly late: string | undefined
  /** What is still to be collected before the last words. */
  readonly before: () => void
}

/** The last words, at the process's `exit` event; no signal listener, since one would keep a signal from ending the process. */
export function atExit({ ledger, flush, warnOnce, observed, debug, wasOn, runs, late, before }: ExitParts): void {
  process.once('exit', () => {
    try {
      before()
      flush()
      if (!isMainThread) countSeen(ledger.totals().seen)
      if (debug) {
        const [first, ...more] = ledger.lines()
        warnOnce(`ledger ${threadId}`, `${isMainThread ? '' : `thread ${threadId}: `}${first}`, ...more)
      } else if (
        isMainThread &&
        wasOn() &&
        emittedByAll() === 0 &&
        !(observed() && ledger.totals().seen + seenByWorkers() > 0) &&
        !runs()
      )
        warnOnce('nothing', `nothing was recorded: ${reason(ledger, late)}`)
    } catch (error) {
      warnOnce('exit', `the last words failed: ${textOf(error)}`)
    }
  })
}

function reason(ledger: Ledger, late: string | undefined): string {
  const calls = seenByWorkers()
  if (late !== undefined && calls + ledger.totals().seen === 0) return late
  if (calls === 0 || ledger.totals().seen > 0) return ledger.reason()
  return `worker threads saw ${calls} calls and recorded none; CROSSBRIDGE_PROFILING_DEBUG=1 tells what became of them`
}

import { isMainThread, threadId } from 'node:worker_threads'
import { textOf } from './diagnostics.ts'
import type { Ledger } from './ledger.ts'
import type { WarnOnce } from './model.ts'
import { countSeen, emittedByAll, seenByWorkers } from './threads.ts'

/** The steps at the end of the process or the thread. */
interface ExitParts {
  /** Lets in what the loader thread has still to tell. */
  readonly collect: () => void
  readonly warnOfUnknownTargets: () => void
  readonly stopProbes: () => void
  /** The outputs write what they still have. */
  readonly flush: () => void
  /** The last words on stderr are made from these. */
  readonly words: WordParts
  /** Writes the last state of the ledger's file, these words included, when CROSSBRIDGE_PROFILING_LEDGER asks for one. */
  readonly writeLedger: (() => void) | undefined
  /** True in a process that is the application itself, and was on at any time: one that only runs others lets them speak. */
  readonly isApplication: () => boolean
}

interface WordParts {
  readonly ledger: Ledger
  readonly warnOnce: (...told: [...Parameters<WarnOnce>, ...more: readonly string[]]) => void
  /** True while an output keeps totals, so that calls without a record are not lost. */
  readonly observed: () => boolean
  /** Print the whole ledger. */
  readonly debug: boolean
  /** Says that the agent was started too late. */
  readonly late: string | undefined
}

/**
 * Everything that the agent does at exit, but for outputs that a reload has closed: what these still wait for, they finish
 * by handlers of their own (prometheus.ts, batch-exporter.ts). No signal is listened to: a listener would keep it from
 * ending the process.
 */
export function atExit({ words, isApplication, ...parts }: ExitParts): void {
  const steps = [
    parts.collect,
    () => isMainThread && isApplication() && parts.warnOfUnknownTargets(),
    parts.stopProbes,
    parts.flush,
    () => sayLastWords(words, isApplication),
    parts.writeLedger,
  ]
  process.once('exit', () => {
    for (const step of steps) {
      try {
        step?.()
      } catch (error) {
        words.warnOnce('exit', `the summary at exit failed: ${textOf(error)}`)
      }
    }
  })
}

/** The whole ledger, or why nothing was recorded. */
function sayLastWords({ ledger, warnOnce, observed, debug, late }: WordParts, isApplication: () => boolean): void {
  if (!isMainThread) countSeen(ledger.totals().seen)
  if (debug) {
    const [first, ...more] = ledger.lines()
    warnOnce(`ledger ${threadId}`, `${isMainThread ? '' : `thread ${threadId}: `}${first}`, ...more)
    return
  }
  const isObserved = () => observed() && ledger.totals().seen + seenByWorkers() > 0
  if (isMainThread && emittedByAll() === 0 && !isObserved() && isApplication())
    warnOnce('nothing', `nothing was recorded: ${reason(ledger, late)}`)
}

function reason(ledger: Ledger, late: string | undefined): string {
  const calls = seenByWorkers()
  if (late !== undefined && calls + ledger.totals().seen === 0) return late
  if (calls === 0 || ledger.totals().seen > 0) return ledger.reason()
  return `worker threads saw ${calls} calls and recorded none; CROSSBRIDGE_PROFILING_DEBUG=1 tells what became of them`
}

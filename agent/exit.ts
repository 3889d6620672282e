import { isMainThread, threadId } from 'node:worker_threads'
import type { Ledger } from './ledger.ts'
import type { Tell } from './model.ts'
import { emittedByAll } from './threads.ts'

interface ExitParts {
  readonly ledger: Ledger
  readonly flush: () => void
  readonly tell: Tell
  /** Print the whole ledger. */
  readonly debug: boolean
  /** What is still to be collected before the last words. */
  readonly before: () => void
}

/** The last words, at the process's `exit` event; no signal listener, since one would keep a signal from ending the process. */
export function atExit({ ledger, flush, tell, debug, before }: ExitParts): void {
  process.once('exit', () => {
    try {
      before()
      flush()
      if (debug) tell('ledger', `${isMainThread ? '' : `thread ${threadId}: `}${ledger.text()}`)
      else if (isMainThread && emittedByAll() === 0) tell('nothing', `nothing was recorded: ${ledger.reason()}`)
    } catch (error) {
      tell('exit', `the last words failed: ${error}`)
    }
  })
}

import { now } from '../../clock.ts'
import { connect, type Written } from './connect.ts'
import type { Engine } from './engine.ts'
import { isBusy, whyFailed } from './failure.ts'

/** The way to a database, opened when it is used first, and anew after a failure or where its file was removed. */
export interface Link {
  /**
   * Does work with it: `busy` where somebody has it locked, `failed` where it can't be done, which is reported. Never throws.
   * Waits at most `patienceMs` for others.
   */
  use(patienceMs: number, work: (written: Written) => void): 'done' | 'busy' | 'failed'
  /** False for a moment after either: each try costs a look at the disk. */
  mayTry(at: number): boolean
  /** False for a moment after it failed. */
  takes(at: number): boolean
  /** Milliseconds until it may be tried. */
  wait(at: number): number
  readonly isOpen: () => boolean
  readonly isBegun: () => boolean
  /** The next records are of another run. */
  beginAnew(): void
  close(): void
}

interface LinkParts {
  /** Told of a file that others may read. */
  readonly exposed: (mode: string) => void
  readonly tell: (why: string) => void
  /** Runs the agent's own calls of a library, which are nobody's. */
  readonly unseen: <R>(library: string, run: () => R) => R
}

/** Before it is tried again, when it was locked or failed. */
const [busyMs, failedMs] = [50, 1000]

export function createLink(engine: Engine, file: string, { exposed, tell, unseen }: LinkParts): Link {
  let written: Written | undefined
  let notBefore = 0

  const open = (patienceMs: number): Written => {
    if (written?.isThere() === false) close()
    written ??= connect(engine, file, { exposed, patienceMs })
    written.patience(patienceMs)
    return written
  }
  const close = () => {
    const last = written
    written = undefined
    try {
      last?.close()
    } catch {
      // What it has not written back is in its log, which the next one reads.
    }
  }

  return {
    use(patienceMs, work) {
      try {
        unseen(engine.name, () => work(open(patienceMs)))
        return 'done'
      } catch (error) {
        const busy = isBusy(error)
        notBefore = now() + (busy ? busyMs : failedMs)
        if (busy) return 'busy'
        unseen(engine.name, close)
        tell(whyFailed(error))
        return 'failed'
      }
    },
    mayTry: (at) => at >= notBefore,
    takes: (at) => at >= notBefore || written !== undefined,
    wait: (at) => Math.max(notBefore - at, 1),
    isOpen: () => written !== undefined,
    isBegun: () => written?.isBegun() === true,
    beginAnew: () => written?.beginAnew(),
    close: () => unseen(engine.name, close),
  }
}

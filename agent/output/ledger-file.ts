import { dirname, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'
import { reasonOf } from '../diagnostics.ts'
import type { Ledger, LedgerSnapshot } from '../ledger.ts'
import type { WarnOnce } from '../model.ts'
import { makeFolder } from './make-folder.ts'
import { replaceFile } from './private-file.ts'

/** The file that a thread leaves in the folder that CROSSBRIDGE_PROFILING_LEDGER names. */
export interface LedgerFile {
  readonly v: 1
  readonly pid: number
  readonly thread_id: number
  readonly node: string
  /** False while it runs, and for good where a signal ended it. */
  readonly ended: boolean
  /** True once its event loop has turned; false while it starts. */
  readonly running: boolean
  /** The hooks of `import`: in the thread itself, or on older Node by a loader thread. */
  readonly hooks: 'sync' | 'thread'
  /** The agent's messages on stderr. */
  readonly problems?: readonly string[]
  readonly ledger: LedgerSnapshot
}

export interface LedgerFileParts {
  readonly ledger: Ledger
  readonly hooks: LedgerFile['hooks']
  readonly problems: readonly string[]
  readonly warnOnce: WarnOnce
}

// The application may replace it.
const { setInterval, clearInterval } = globalThis
const everyMs = 1000

/** Keeps this thread's ledger in the folder: now, each second in which it changed, and when what it gives is called. Never throws. */
export function keepLedger(folder: string, { ledger, hooks, problems, warnOnce }: LedgerFileParts): () => void {
  const { pid } = process
  const file = resolve(folder, `${pid}-${threadId}.json`)
  const identity = { v: 1, pid, thread_id: threadId, node: process.versions.node } as const
  let written = ''
  let running = false
  const write = (ended: boolean) => {
    try {
      const told = problems.length > 0 && { problems }
      const content: LedgerFile = { ...identity, ended, running, hooks, ...told, ledger: ledger.snapshot() }
      const text = JSON.stringify(content)
      if (text === written) return
      makeFolder(dirname(file))
      replaceFile(file, text, 0o600)
      written = text
    } catch (error) {
      clearInterval(timer)
      warnOnce('ledger file', `CROSSBRIDGE_PROFILING_LEDGER: ${file} can't be written (${reasonOf(error)})`)
    }
  }
  const look = () => {
    running = true
    write(false)
  }
  const timer = setInterval(look, everyMs)
  timer.unref()
  write(false)

  return () => write(true)
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Terminal, UsageError } from '../command.ts'
import { endAll, hasGroups, spawn } from '../spawn.ts'
import { type Ledgers, readLedgers } from './ledgers.ts'

/** The outcome of a command. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Set if it did not end by itself: its time was over, or somebody sent doctor a signal. */
  readonly endedBy: 'time' | 'signal' | undefined
  readonly seconds: number
  /** The last lines of its stderr. */
  readonly stderr: readonly string[]
  readonly ledgers: Ledgers
}

const graceMs = 5000
const leftMs = 1000
const mostText = 20_000

/**
 * Runs a command to its end or for so many seconds, with its output on our stderr, and reads the ledgers that it leaves.
 * Throws a `UsageError` where it can't be started.
 */
export async function runCommand(
  words: readonly string[],
  nodeOptions: string | undefined,
  seconds: number,
  terminal: Terminal,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-doctor-'))
  try {
    const env = {
      ...terminal.env,
      CROSSBRIDGE_PROFILING_LEDGER: folder,
      ...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }),
    }
    const outcome = await run(words, env, seconds, terminal)
    return { ...outcome, ledgers: readLedgers(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(words: readonly string[], env: NodeJS.ProcessEnv, seconds: number, terminal: Terminal) {
  const [program = '', ...args] = words
  const since = performance.now()
  const child = spawn(program, args, {
    ...{ cwd: terminal.cwd, env, stdio: ['inherit', 'pipe', 'pipe'] },
    // So that what npm or a shell starts is ended too.
    detached: hasGroups,
  })
  let stderr = ''
  // As the application writes it, colours and all.
  const pass = (text: string) => void process.stderr.write(text)
  child.stdout?.setEncoding('utf8').on('data', pass)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    pass(text)
    stderr = (stderr + text).slice(-mostText)
  })

  return new Promise<Omit<Outcome, 'ledgers'>>((resolve, reject) => {
    let endedBy: Outcome['endedBy']
    let killer: NodeJS.Timeout | undefined
    const end = (by: Outcome['endedBy'], signal: NodeJS.Signals) => {
      endedBy ??= by
      endAll(child, signal)
      killer ??= setTimeout(() => endAll(child, 'SIGKILL'), graceMs)
    }
    let timer = setTimeout(() => end('time', 'SIGTERM'), seconds * 1000)
    const heard = (signal: NodeJS.Signals) => end('signal', signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.on(signal, heard)
    const settle = () => {
      clearTimeout(timer)
      clearTimeout(killer)
      for (const signal of signals) process.off(signal, heard)
    }
    child.on('error', (error) => {
      settle()
      reject(new UsageError(`${program} can't be started: ${error.message}`))
    })
    // Processes that it has left behind hold its output open.
    child.on('exit', () => {
      clearTimeout(timer)
      timer = setTimeout(() => end(undefined, 'SIGTERM'), leftMs)
    })
    child.on('close', (code, signal) => {
      settle()
      const lines = stderr.split('\n').filter((line) => line.trim() !== '')
      resolve({ code, signal, endedBy, seconds: (performance.now() - since) / 1000, stderr: lines })
    })
  })
}

import type { ChildProcess } from 'node:child_process'
import { endAll, hasGroups, spawn } from '../../spawn.ts'

/** A process that runs a variant, as its ends are seen from here. */
export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Ends it and what it has started. */
  kill(): void
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The last of what it wrote on stderr, and where that is nothing, on stdout. */
  readonly lastLines: readonly string[]
  /** It could not be started. */
  readonly failed?: NodeJS.ErrnoException
}

interface Wish {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Whether it is sent a job. */
  readonly talks: boolean
}

const mostKept = 8000
const mostLines = 20
const running = new Set<Started>()

/** Starts a program with its words, without a shell. What it writes is kept to its last lines, and goes nowhere else. */
export function start(program: string, words: readonly string[], { cwd, env, talks }: Wish): Started {
  const child = spawn(program, words, {
    ...{ cwd, env, serialization: 'advanced', windowsHide: true },
    // A group of its own: a terminal's Ctrl-C is for the benchmark, which ends what it has started.
    detached: hasGroups,
    stdio: ['ignore', 'pipe', 'pipe', ...(talks ? (['ipc'] as const) : [])],
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] = (texts[name] + text).slice(-mostKept)
    })
  const lastLines = () => (texts.stderr.trim() || texts.stdout.trim()).split(/\r?\n/).slice(-mostLines)
  const kill = () => endAll(child, 'SIGKILL')
  const ended = new Promise<Ended>((done) => {
    child.on('error', (failed) => {
      if (child.pid === undefined) done({ code: null, signal: null, lastLines: [], failed })
    })
    child.on('exit', () => {
      // What it has started and left behind would hold the pipes open, too.
      kill()
    })
    child.on('close', (code, signal) => done({ code, signal, lastLines: lastLines() }))
  })
  const started = { child, ended, kill }
  running.add(started)
  void ended.then(() => running.delete(started))
  return started
}

/** Ends all that runs, at once. */
export function killAll(): void {
  for (const one of running) one.kill()
}

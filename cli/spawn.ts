import { type ChildProcess, type SpawnOptions, spawn as spawnDirectly, spawnSync } from 'node:child_process'
import { vendored } from '../agent/chunk.ts'

/** Signals reach a whole group of processes; Windows has neither. */
export const hasGroups = process.platform !== 'win32'

/** Starts a program by its name, without a shell of ours. On Windows `npm` is npm.cmd, which Node leaves to cmd.exe. */
export function spawn(program: string, words: readonly string[], options: SpawnOptions): ChildProcess {
  if (hasGroups) return spawnDirectly(program, words, options)
  return vendored<{ spawn: typeof spawnDirectly }>('spawn').spawn(program, words, options)
}

/** Ends a process and what it has started, which must be a group of its own where there are groups. */
export function endAll(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid, exitCode, signalCode } = child
  try {
    if (pid === undefined) return
    if (hasGroups) process.kill(-pid, signal)
    else if (exitCode === null && signalCode === null)
      spawnSync('taskkill', ['/pid', `${pid}`, '/t', '/f'], { stdio: 'ignore', windowsHide: true })
    // What it has left behind can't be found any more, and holds its output open.
    else for (const stream of [child.stdout, child.stderr]) stream?.destroy()
  } catch {
    // All of it has ended.
  }
}

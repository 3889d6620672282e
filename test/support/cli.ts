import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { hangsAfterMs, root } from './application.ts'

/** What `npx @crossbridge/agent` runs. */
export const bin = join(root, 'dist', 'chunk', 'cli.cjs')

export interface CliOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  readonly timeoutMs?: number
}

export interface CliOutcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of the command line to its end, without colours; one that hangs is killed, which shows in `signal`. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliOutcome> {
  const { cwd = root, env, input = '', timeoutMs = hangsAfterMs } = options
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(CROSSBRIDGE_|NODE_OPTIONS$|NODE_TEST_|FORCE_COLOR$|COLUMNS$)/.test(name),
    ),
  )
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...inherited, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  child.stdin.on('error', () => {}).end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

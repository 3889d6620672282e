import { fileURLToPath } from 'node:url'
import { besideChunks, packageFolder } from '../../../agent/chunk.ts'
import type { Job, Reply } from '../worker/protocol.ts'
import { type Ended, start } from './child.ts'

export interface Wish {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly limit: Limit
  readonly interrupted: AbortSignal
}

/** How long a process may take. */
export interface Limit {
  readonly ms: number
  /** Where that is said: `timeout_s`. */
  readonly from: string
}

/** The last words of a process beside its reply. */
export interface Outcome {
  readonly reply: Reply
  /** What the agent in it said. */
  readonly told: readonly string[]
}

/** What an operation that is not to be waited for has said. */
export const interrupted = 'it was interrupted'

/** Time for the end of a process that has answered: the agent in it writes its last records. */
const endMs = 10_000

/** What `--import` takes for the agent. */
export const agentUrl = (): string => new URL('register.mjs', packageFolder()).href

/** Has a job done in a process of its own, with the agent in it. Never throws: what goes wrong is the reply. */
export async function perform(job: Job, { cwd, env, limit, interrupted: signal }: Wish): Promise<Outcome> {
  const worker = fileURLToPath(besideChunks('bench-worker.cjs'))
  const { child, ended, kill } = start(process.execPath, ['--import', agentUrl(), worker], { cwd, env, talks: true })
  let reply: Reply | undefined
  let cause: string | undefined
  const end = (why: string) => () => {
    cause = why
    kill()
  }
  let timer = setTimeout(end(tookTooLong(limit)), limit.ms)
  const stop = end(interrupted)
  signal.addEventListener('abort', stop)
  child.on('message', (message) => {
    reply = message as Reply
    clearTimeout(timer)
    timer = setTimeout(kill, endMs)
  })
  // A process that ends before it has read the job.
  child.on('error', () => {})
  if (signal.aborted) stop()
  else if (child.pid !== undefined) child.send(job, () => {})
  const outcome = await ended
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
  const failed: Reply = { kind: 'failed', error: cause ?? endOf(outcome) }
  return { reply: reply ?? failed, told: outcome.lastLines.filter((line) => line.startsWith('crossbridge: ')) }
}

/** Why a process was ended that had its time. */
export const tookTooLong = ({ ms, from }: Limit) => `it took more than ${ms / 1000} s (${from})`

/** How a process ended, and the line of what it wrote that says most. */
export function endOf({ code, signal, lastLines, failed }: Ended): string {
  if (failed !== undefined) return `it can't be started: ${failed.message}`
  const how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`
  const words = lastLines.filter((line) => line.trim() !== '' && !line.startsWith('crossbridge: '))
  const said = words.find((line) => /^(Uncaught )?\w*(Error|Exception)\b/.test(line)) ?? words.at(-1)
  return said === undefined ? how : `${how}; it said: ${said.trim().slice(0, 300)}`
}

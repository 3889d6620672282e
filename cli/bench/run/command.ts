import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { besideChunks } from '../../../agent/chunk.ts'
import { now } from '../../../agent/clock.ts'
import { ours } from '../../../agent/diagnostics.ts'
import type { Load, Variant } from '../model.ts'
import { openClock } from '../worker/clock.ts'
import { send } from '../worker/load.ts'
import type { Measured } from '../worker/protocol.ts'
import { meanOf } from '../worker/quantiles.ts'
import { start } from './child.ts'
import { agentUrl, endOf, tookTooLong } from './process.ts'

interface Wish {
  readonly load: Load
  readonly warmup: number
  readonly operations: number
  readonly seconds: number
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The run's folder. */
  readonly folder: string
  readonly timeoutMs: number
  readonly interrupted: AbortSignal
}

/** A command's environment: each Node process in it has the agent, and tells what it took. */
function commandEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const preload = fileURLToPath(besideChunks('bench-command.cjs')).replaceAll('\\', '\\\\')
  return { ...env, NODE_OPTIONS: `--require="${preload}" --import="${agentUrl()}" ${env.NODE_OPTIONS ?? ''}`.trim() }
}

/** Runs a command again and again: each process is an operation, and one that ends with another code than 0 has failed. */
export async function runCommand(variant: Variant & { kind: 'command' }, wish: Wish): Promise<Measured> {
  const { load, warmup, operations, seconds, cwd, folder, timeoutMs, interrupted } = wish
  const [program = '', ...words] = variant.command
  const env = commandEnv(wish.env)
  const operate = async () => {
    const { ended, kill } = start(program, words, { cwd, env, talks: false })
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      kill()
    }, timeoutMs)
    if (interrupted.aborted) kill()
    interrupted.addEventListener('abort', kill)
    const outcome = await ended
    clearTimeout(timer)
    interrupted.removeEventListener('abort', kill)
    if (isLate) throw ours(tookTooLong({ ms: timeoutMs, from: 'timeout_s' }))
    if (outcome.code !== 0 || outcome.failed !== undefined) throw ours(endOf(outcome))
  }
  // Its files are in the disk's cache after one; more would warm nothing.
  if (warmup > 0) await operate().catch(() => {})
  const before = figuresIn(folder).length
  const clock = await openClock(load)
  const from = Date.now() / 1000
  const started = now()
  // Time for a whole run is there once, however many of its processes hang.
  const ended = () => interrupted.aborted || now() - started > timeoutMs
  const { failures, elapsed, ...sent } = await send({ load, operations, seconds, clock, operate, ended })
  const to = Date.now() / 1000
  await clock.close()
  const figures = figuresIn(folder).slice(before)
  return {
    ...sent,
    failures: [...failures].slice(0, mostFailures).map(([error, count]) => ({ error, count })),
    elapsed_ms: elapsed,
    ...{ from, to },
    ...(figures.length > 0 && {
      cpu_ms: figures.reduce((sum, { cpu_ms }) => sum + cpu_ms, 0) / sent.operations,
      peak_memory_mb: Math.max(...figures.map(({ memory_mb }) => memory_mb)),
      memory_mb: meanOf(figures.map(({ memory_mb }) => memory_mb)),
    }),
  }
}

const mostFailures = 20

function figuresIn(folder: string): { readonly cpu_ms: number; readonly memory_mb: number }[] {
  const file = join(folder, 'figures.jsonl')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').flatMap(parsed)
}

function parsed(line: string) {
  try {
    return line === '' ? [] : [JSON.parse(line)]
  } catch {
    return []
  }
}

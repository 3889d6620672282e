import { setTimeout as pause } from 'node:timers/promises'
import { now } from '../../../agent/clock.ts'
import type { Document, Given } from '../adapters/adapter.ts'
import { adapters } from '../adapters/names.ts'
import { documentsIn } from '../workload/files.ts'
import { answersOf } from './answers.ts'
import { openClock } from './clock.ts'
import { send } from './load.ts'
import { givenOf, openOperations } from './operations.ts'
import { watchProcess } from './process-figures.ts'
import type { Job, Measured, Reply } from './protocol.ts'

// A process of its own, with the agent in it: it is sent a job, and ends when it has answered.
process.once('message', (job: Job) => {
  perform(job)
    .catch((error: unknown): Reply => ({ kind: 'failed', error: wordsOf(error) }))
    .then((reply) => process.send?.(reply, undefined, {}, () => process.exit()))
})
// Nobody waits for the answer any more.
process.on('disconnect', () => process.exit())

async function perform(job: Job): Promise<Reply> {
  if (job.kind === 'run') return run(job)
  const adapter = job.variant.kind === 'adapter' ? adapters[job.variant.adapter] : undefined
  if (adapter?.kind !== 'store') throw new Error('only a store is filled')
  const given = givenOf(job) as Given<never>
  if (job.kind === 'remove') {
    await adapter.remove?.(given)
    return { kind: 'removed' }
  }
  const documents = documentsIn(job.workload as string) as Document[]
  const start = now()
  const built = await adapter.build(given, documents)
  return { kind: 'built', build_ms: now() - start, ...built }
}

async function run(job: Job & { kind: 'run' }): Promise<Reply> {
  const { load, warmup } = job
  const variant = await openOperations(job)
  const lanes = load.kind === 'closed' ? load.concurrency : Infinity
  const found = job.answers && variant.find !== undefined ? await answersOf(variant, lanes) : undefined
  // What fails here fails again, and is counted then.
  const warm = { kind: 'closed', concurrency: Math.min(lanes, 8) } as const
  await send({
    ...{ load: warm, operations: warmup, seconds: job.seconds, clock: await openClock(warm) },
    operate: (i) => variant.operate(job.offset + i),
  })
  const measured = await measure(job, variant.operate)
  const answers = found ?? (job.answers ? await variant.findAll?.() : undefined)
  await variant.close()
  return { kind: 'ran', measured, ...(answers !== undefined && answers.size > 0 && { answers }) }
}

/** Records tell whole milliseconds: what came before is not of the same one. */
const apartMs = 3

async function measure(
  { load, operations, seconds, offset }: Job & { kind: 'run' },
  operate: (index: number) => Promise<unknown>,
): Promise<Measured> {
  const clock = await openClock(load)
  await pause(apartMs)
  const from = Date.now() / 1000
  const watch = watchProcess(now)
  let last: unknown
  const watched = async (index: number) => {
    try {
      await operate(offset + index)
    } catch (error) {
      last = error
      throw error
    } finally {
      watch.look()
    }
  }
  const { failures, elapsed, ...sent } = await send({ load, operations, seconds, clock, operate: watched })
  const figures = watch.end(sent.operations)
  const to = Date.now() / 1000
  await pause(apartMs)
  await clock.close()
  return {
    ...sent,
    ...figures,
    failures: [...failures].map(([error, count]) => ({ error, count })),
    elapsed_ms: elapsed,
    ...{ from, to },
    // Where some went well, names and codes say enough.
    ...(sent.latencies.length === 0 && { error: wordsOf(last) }),
  }
}

/** The error's name, code, and its message's first line. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`.slice(0, 300)
  const { code } = error as NodeJS.ErrnoException
  const name = error.name === 'Error' ? (error.constructor.name ?? 'Error') : error.name
  const [line = ''] = error.message.split('\n', 1)
  const head = [name === 'Error' ? '' : name, typeof code === 'string' ? code : ''].filter(Boolean).join(' ')
  return `${head === '' ? '' : `${head}: `}${line}`.slice(0, 300)
}

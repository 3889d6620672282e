import { createRequire } from 'node:module'
import type { pino as Pino } from 'pino'
import { reasonOf } from '../diagnostics.ts'
import type { Output, ProfileRecord, WarnOnce } from '../model.ts'
import type { Stream } from '../stream.ts'

/** JSON lines through pino, which is loaded with the first record. Never waits for the stream's reader. */
export function createLogOutput(
  destination: 'stderr' | 'stdout',
  stream: Stream,
  warnOnce: WarnOnce,
  isWarning = ({ exceeded }: ProfileRecord) => exceeded !== undefined,
): Output {
  const { now } = Date
  let logger: Pino.Logger | undefined
  let problem: Error | undefined

  const open = () => {
    const { pino } = createRequire(import.meta.url)('pino') as { pino: typeof Pino }
    return pino(
      { base: null, timestamp: () => `,"time":${now()}` },
      {
        write(line: string) {
          problem = stream.write(line)
        },
      },
    )
  }
  const dropped = (error: unknown) =>
    warnOnce(
      `log ${destination}`,
      `records can't be written to ${destination} (${reasonOf(error)}); they are dropped until it can be`,
    )

  return {
    write(record) {
      try {
        problem = undefined
        logger ??= open()
        logger[isWarning(record) ? 'warn' : 'info'](record)
        if (problem !== undefined) dropped(problem)
        return problem === undefined
      } catch (error) {
        dropped(error)
        return false
      }
    },
    ready() {
      try {
        logger ??= open()
      } catch {
        // The first record meets the same, and tells it.
      }
    },
    flush() {
      const lost = stream.flush()
      if (lost > 0)
        warnOnce(`lost ${destination}`, `${lost} records still waited for the reader of ${destination}; they are lost`)
    },
  }
}

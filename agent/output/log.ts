import { createRequire } from 'node:module'
import type { pino as Pino } from 'pino'
import type { Output, Tell } from '../model.ts'

/** Bytes that may wait for a slow reader; what comes on top is dropped and counted. */
const mostWaiting = 1_000_000

/** JSON lines through pino, which is loaded with the first record. Never waits for the stream's reader. */
export function createLogOutput(destination: 'stderr' | 'stdout', tell: Tell): Output {
  let dropped = false
  let stream: ReturnType<typeof Pino.destination> | undefined
  let logger: Pino.Logger | undefined

  const open = () => {
    const { pino } = createRequire(import.meta.url)('pino') as { pino: typeof Pino }
    stream = pino.destination({ dest: destination === 'stdout' ? 1 : 2, sync: false, maxLength: mostWaiting })
    stream.on('drop', () => {
      dropped = true
      tell(`log full`, `the reader of ${destination} is too slow; records are dropped`)
    })
    stream.on('error', (error: Error) => {
      dropped = true
      tell(`log`, `records can't be written to ${destination} (${error.message}); they are dropped`)
    })
    return pino({ base: null }, stream)
  }

  return {
    write(record) {
      try {
        dropped = false
        logger ??= open()
        logger[record.exceeded === undefined ? 'info' : 'warn'](record)
        return !dropped
      } catch (error) {
        tell(`log`, `records can't be written to ${destination} (${(error as Error).message}); they are dropped`)
        return false
      }
    },
    flush() {
      try {
        stream?.flushSync()
      } catch {
        // The stream is closed or its reader gone; it was told when the write failed.
      }
    },
  }
}

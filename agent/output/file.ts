import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Output, Tell } from '../model.ts'

/** JSON lines appended to a file, each by one synchronous write: nothing that was emitted waits in a buffer. */
export function createFileOutput(path: string, tell: Tell): Output {
  const file = resolve(path)
  const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK = 0 } = constants
  let fd: number | undefined
  /** After a write that stopped short, the next record begins on a line of its own. */
  let torn = false

  const open = () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // Without O_NONBLOCK a FIFO that nobody reads would hang the application.
    return openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o600)
  }
  const close = () => {
    const last = fd
    fd = undefined
    if (last !== undefined) closeSync(last)
  }

  return {
    write(record) {
      try {
        // A file that was removed would swallow records unseen.
        if (fd !== undefined && fstatSync(fd).nlink === 0) close()
        fd ??= open()
        const line = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(record)}\n`)
        const written = writeSync(fd, line)
        torn = written < line.length
        if (torn) throw new Error(`only ${written} of ${line.length} bytes could be written`)
        return true
      } catch (error) {
        tell(
          `file ${file}`,
          `records can't be written to ${file} (${(error as Error).message}); they are dropped until it can be`,
        )
        try {
          close()
        } catch {
          // The descriptor is gone already, which is all that closing is for.
        }
        return false
      }
    },
    flush() {},
  }
}

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Output, Tell } from '../model.ts'

interface Opened {
  readonly fd: number
  readonly dev: bigint
  readonly ino: bigint
}

// Without it the stat of a FIFO would be left in Node's shared numbers, see stream.ts.
const bigint = { bigint: true } as const

/** JSON lines appended to a file, each by one synchronous write: nothing that was emitted waits in a buffer. */
export function createFileOutput(path: string, tell: Tell): Output {
  const file = resolve(path)
  const { now } = Date
  let opened: Opened | undefined
  let lookedAt = 0
  /** After a write that stopped short, the next record begins on a line of its own. */
  let torn = false

  /** Whether records still reach the file at `path`: a removed one would swallow them, a rotated one is left within 1 s. */
  const isCurrent = ({ fd, dev, ino }: Opened): boolean => {
    const found = fstatSync(fd, bigint)
    if (found.dev !== dev || found.ino !== ino) {
      // The application closed our descriptor, and its number stands for something else now: not ours to close.
      opened = undefined
      return false
    }
    const at = now()
    if (found.nlink > 0n && at >= lookedAt && at < lookedAt + 1000) return true
    lookedAt = at
    const there = statSync(file, { ...bigint, throwIfNoEntry: false })
    return found.nlink > 0n && there?.dev === dev && there.ino === ino
  }
  const open = (): Opened => {
    const fd = openAppending(file)
    const { dev, ino, size, mtimeMs } = fstatSync(fd, bigint)
    lookedAt = now()
    // Left by a process that was killed; a younger one may just be another's write under way.
    torn ||= size > 0n && lookedAt - Number(mtimeMs) > 1000 && !endsWithNewline(file, Number(size))
    return { fd, dev, ino }
  }
  const close = () => {
    const last = opened
    opened = undefined
    if (last !== undefined) closeSync(last.fd)
  }

  return {
    write(record) {
      try {
        if (opened !== undefined && !isCurrent(opened)) close()
        opened ??= open()
        const line = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(record)}\n`)
        const written = writeSync(opened.fd, line)
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

function openAppending(file: string): number {
  const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY, O_NONBLOCK = 0 } = constants
  // Without O_NONBLOCK a FIFO that nobody reads would hang the application.
  const flags = O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    const fd = openSync(file, flags | O_EXCL, 0o600)
    // A strict umask would keep the next process from opening the file.
    fchmodSync(fd, 0o600)
    return fd
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return openSync(file, flags, 0o600)
  }
}

function endsWithNewline(file: string, size: number): boolean {
  const { O_RDONLY, O_NONBLOCK = 0 } = constants
  let fd: number | undefined
  try {
    const last = Buffer.alloc(1)
    fd = openSync(file, O_RDONLY | O_NONBLOCK)
    return readSync(fd, last, 0, 1, size - 1) === 0 || last[0] === 10
  } catch {
    return true
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

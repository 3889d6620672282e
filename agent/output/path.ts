import { closeSync, constants, fchmodSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { openPrivate } from './private-file.ts'

/** The file to write to at a time, and until when it is that. */
export interface LogPath {
  readonly file: string
  readonly until: number
}

/** The application may replace it, and a reload comes later. */
const OriginalDate = Date
const dayMs = 86_400_000

/** Fills `{pid}` and `{date}` in, the latter anew for each day (UTC). */
export function compilePath(path: string): (at: number) => LogPath {
  const whole = resolve(path).replaceAll('{pid}', `${process.pid}`)
  if (!whole.includes('{date}')) return () => ({ file: whole, until: Infinity })
  return (at) => ({
    file: whole.replaceAll('{date}', new OriginalDate(at).toISOString().slice(0, 10)),
    until: (Math.floor(at / dayMs) + 1) * dayMs,
  })
}

/**
 * A descriptor that appends; the file and its folders are made where they are missing. What is there must be this user's
 * or root's. `exposed` is told of one that others may read.
 */
export function openAppending(file: string, exposed: (mode: string) => void): number {
  makeFolder(dirname(file))
  const { O_APPEND, O_NONBLOCK = 0 } = constants
  // Without O_NONBLOCK a FIFO that nobody reads would hang the application.
  const { fd, found } = openPrivate(file, O_APPEND | O_NONBLOCK, 0o600)
  // A strict umask would keep the next process from opening the file.
  if (found === undefined) process.geteuid && fchmodSync(fd, 0o600)
  else if (process.geteuid && (found.mode & 0o077n) !== 0n && (found.isFile() || found.isFIFO()))
    exposed((found.mode & 0o777n).toString(8))
  return fd
}

/** Gives what `read` finds in a file; undefined if it can't be read. */
export function reading<T>(file: string, read: (fd: number) => T): T | undefined {
  const { O_RDONLY, O_NONBLOCK = 0 } = constants
  let fd: number | undefined
  try {
    fd = openSync(file, O_RDONLY | O_NONBLOCK)
    return read(fd)
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

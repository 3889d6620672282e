import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ours } from '../voice.ts'
import { makeFolder } from './make-folder.ts'

/** The file to write to at a time, and until when it is that. */
export interface Place {
  readonly file: string
  readonly until: number
}

/** The application may replace it, and a reload comes later. */
const OwnDate = Date
const dayMs = 86_400_000

/** Fills `{pid}` and `{date}` in, the latter anew for each day (UTC). */
export function compilePath(path: string): (at: number) => Place {
  const whole = resolve(path).replaceAll('{pid}', `${process.pid}`)
  if (!whole.includes('{date}')) return () => ({ file: whole, until: Infinity })
  return (at) => ({
    file: whole.replaceAll('{date}', new OwnDate(at).toISOString().slice(0, 10)),
    until: (Math.floor(at / dayMs) + 1) * dayMs,
  })
}

/** A descriptor that appends; the file and its folders are made where they are missing. */
export function openAppending(file: string): number {
  const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants
  // Without O_NONBLOCK a FIFO that nobody reads would hang the application.
  const flags = O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK
  makeFolder(dirname(file))
  try {
    const fd = openSync(file, flags | O_EXCL, 0o600)
    // A strict umask would keep the next process from opening the file.
    fchmodSync(fd, 0o600)
    return fd
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  try {
    return openSync(file, flags | O_NOFOLLOW, 0o600)
  } catch (error) {
    if (!isLink(file)) throw error
  }
  return openLinked(file, flags)
}

/** Who can plant a link where we write shall not choose which of our files, or of another's, gets our lines. */
function openLinked(file: string, flags: number): number {
  const own = BigInt(process.geteuid?.() ?? 0)
  const isTrusted = (uid: bigint) => uid === own || uid === 0n
  if (!isTrusted(lstatSync(file, { bigint: true }).uid)) throw ours("it is another user's symbolic link")
  const fd = openSync(file, flags, 0o600)
  if (isTrusted(fstatSync(fd, { bigint: true }).uid)) return fd
  closeSync(fd)
  throw ours("it is a symbolic link to another user's file")
}

const isLink = (file: string) => lstatSync(file, { bigint: true, throwIfNoEntry: false })?.isSymbolicLink() === true

/** What `read` finds in a file; undefined where it can't be read. */
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

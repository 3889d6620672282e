import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ours } from '../diagnostics.ts'
import { renameOver } from './rename.ts'

// Without it the stat of a FIFO would be left in Node's shared numbers, see stream.ts.
const bigint = { bigint: true } as const
const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants

export interface Opened {
  readonly fd: number
  /** Undefined for one that was made. */
  readonly found?: BigIntStats
}

/**
 * Opens a file to write to, one that is made or one that is there and this user's or root's: who can put something where
 * we write shall not get our lines, nor choose which of our files does. It is asked of what was opened, since what is at
 * the path may be another thing by then.
 */
export function openPrivate(file: string, flags: number, mode: number): Opened {
  const writing = flags | O_CREAT | O_WRONLY
  try {
    return { fd: openSync(file, writing | O_EXCL, mode) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const link = lstatSync(file, { ...bigint, throwIfNoEntry: false })
  const follows = link?.isSymbolicLink() === true
  if (follows && !isTrusted(link, file)) throw ours("it is another user's symbolic link")
  const fd = openSync(file, follows ? writing : writing | O_NOFOLLOW, mode)
  try {
    const found = fstatSync(fd, bigint)
    if (!isTrusted(found, file)) throw ours(`it is ${follows ? 'a symbolic link to ' : ''}another user's file`)
    if (found.isFile() && found.nlink > 1n && isShared(dirname(file)))
      throw ours('it is a hard link in a folder that other users may write to')
    return { fd, found }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The same of a file that others open by its path; undefined where there is none. Throws where it is not to be used. */
export function statPrivate(file: string): BigIntStats | undefined {
  const link = lstatSync(file, { ...bigint, throwIfNoEntry: false })
  if (link?.isSymbolicLink() === true && !isTrusted(link, file)) throw ours("it is another user's symbolic link")
  const found = link && statSync(file, { ...bigint, throwIfNoEntry: false })
  if (found === undefined) {
    if (link !== undefined) throw ours('it is a symbolic link to nothing')
    return undefined
  }
  if (!isTrusted(found, file)) throw ours("it is another user's file")
  if (found.isFile() && found.nlink > 1n && isShared(dirname(file)))
    throw ours('it is a hard link in a folder that other users may write to')
  return found
}

/** Puts a text in the place of a file, whose reader sees the old one or the new one, whole. */
export function replaceFile(file: string, text: string, mode: number): void {
  const fresh = join(dirname(file), `.${basename(file)}.${unguessable()}.tmp`)
  const fd = openSync(fresh, O_CREAT | O_EXCL | O_WRONLY, mode)
  try {
    try {
      writeWhole(fd, text)
    } finally {
      closeSync(fd)
    }
    renameOver(fresh, file)
  } catch (error) {
    unlinkSync(fresh)
    throw error
  }
}

/** Writes a file anew, in its place. */
export function writePrivate(file: string, text: string, mode = 0o666): void {
  const { fd, found } = openPrivate(file, 0, mode)
  try {
    if (found?.isFile()) ftruncateSync(fd)
    writeWhole(fd, text)
  } finally {
    closeSync(fd)
  }
}

function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

/** Not by `Math.random`, which may be the application's own row of numbers. */
export const unguessable = () => process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex')

function isTrusted({ uid }: BigIntStats, file: string): boolean {
  const user = process.geteuid?.()
  return user === undefined || uid === 0n || uid === BigInt(user) || uid === ownerIn(dirname(file))
}

/** The owner of a file made here by us: some file systems (NFS that squashes root, CIFS) give all to one user. */
function ownerIn(folder: string): bigint | undefined {
  const probe = join(folder, `.crossbridge-${unguessable()}`)
  let fd: number | undefined
  try {
    fd = openSync(probe, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    unlinkSync(probe)
    return fstatSync(fd, bigint).uid
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** True if others may put files of any name into a folder. Windows has no modes to tell by: the same for each folder. */
function isShared(folder: string): boolean {
  const user = process.geteuid?.()
  if (user === undefined) return false
  const { uid, mode } = statSync(folder, bigint)
  return (mode & 0o022n) !== 0n || (uid !== 0n && uid !== BigInt(user))
}

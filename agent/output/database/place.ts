import { type BigIntStats, closeSync, fchmodSync, linkSync, openSync, statSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import { statPrivate, unguessable } from '../private-file.ts'

/** Which file is at a path; undefined where there is none. */
export const fileAt = (file: string): BigIntStats | undefined => statSync(file, { bigint: true, throwIfNoEntry: false })

/**
 * Makes an empty file of mode 0600, and its folders, where there is none; what is there must be this user's or root's.
 * `exposed` is told of one that others may read.
 *
 * No descriptor of the file itself is ever opened: to close one would end the locks that SQLite has on it in any thread
 * of this process. So it is made under another name, and linked.
 */
export function makePrivate(file: string, exposed: (mode: string) => void): void {
  makeFolder(dirname(file))
  const found = statPrivate(file)
  if (found === undefined) make(file)
  else if (process.geteuid && found.isFile() && (found.mode & 0o077n) !== 0n) exposed((found.mode & 0o777n).toString(8))
}

function make(file: string): void {
  const fresh = `${file}.${unguessable()}.tmp`
  create(fresh)
  try {
    linkSync(fresh, file)
  } catch (error) {
    // Another thread or process was first; or this file system has no such links.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') create(file)
  } finally {
    unlinkSync(fresh)
  }
}

function create(file: string): void {
  const fd = openSync(file, 'wx', 0o600)
  try {
    // A strict umask would keep the next process from opening the file.
    fchmodSync(fd, 0o600)
  } finally {
    closeSync(fd)
  }
}

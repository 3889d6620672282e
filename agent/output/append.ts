import { closeSync, fchmodSync, fstatSync, readSync, statSync } from 'node:fs'
import type { OutputOf } from '../config/unions.ts'
import { ours } from '../diagnostics.ts'
import type { WarnOnce } from '../model.ts'
import { openRotation } from './open-rotation.ts'
import { compilePath, openAppending, reading } from './path.ts'

/** A file that lines are appended to, wherever its path leads at the time. */
export interface Appended {
  /** The path at present. */
  readonly file: () => string
  /** So many bytes are written whole, also between those of other processes. */
  readonly most: () => number
  /** Whole lines, by one synchronous write. Throws where they can't be written. */
  append(lines: string): void
  /** Opens it ahead. Throws where it can't be opened. */
  ready(): void
  /** True once lines were appended, after those that say whose they are. */
  readonly isBegun: () => boolean
  /** The next lines come after those again. */
  beginAnew(): void
  close(): void
}

export interface System {
  readonly now: () => number
  /** Gives how many bytes were written. */
  readonly write: (fd: number, lines: string) => number
}

interface Opened {
  readonly fd: number
  readonly dev: bigint
  readonly ino: bigint
  readonly isFile: boolean
  /** As far as this thread knows; 0 for a FIFO. */
  size: number
  isBegun: boolean
}

// Without it the stat of a FIFO would be left in Node's shared numbers, see stream.ts.
const bigint = { bigint: true } as const
/** A line's last byte. */
const newline = 10
/** For so long the open file is taken for the one at its path: to ask costs as much as the write itself. */
const trustedMs = 100
/** Bytes that a FIFO takes whole: POSIX promises 512 at least, Linux 4096. */
const pipeBytes = process.platform === 'linux' ? 4096 : 512

export function openAppended(
  { path, rotate }: Pick<OutputOf<'file'>, 'path' | 'rotate'>,
  warnOnce: WarnOnce,
  { now, write }: System,
  begin: () => string,
): Appended {
  const pathAt = compilePath(path)
  const rotation = openRotation(rotate, warnOnce, now)
  let { file, until } = pathAt(now())
  let opened: Opened | undefined
  let lookedAt = 0
  /** The file in which a write stopped short: the next record begins on a line of its own. */
  let torn: bigint | undefined

  const exposed = (mode: string) =>
    warnOnce(
      `mode ${path}`,
      `other users may read ${file} (mode ${mode}), where records go: names of models and collections; chmod 600 keeps them from it`,
    )
  const open = (at: number): Opened => {
    const fd = openAppending(file, exposed)
    const found = fstatSync(fd, bigint)
    const { dev, ino } = found
    const isFile = found.isFile()
    const size = isFile ? Number(found.size) : 0
    lookedAt = at
    torn = isTorn(file, fd) || (torn === ino && !(isFile && size === 0)) ? ino : undefined
    rotation?.opened(file, size, at)
    return { fd, dev, ino, isFile, size, isBegun: false }
  }
  const close = () => {
    const last = opened
    opened = undefined
    if (last !== undefined && isOurs(last)) closeSync(last.fd)
  }
  /** True if lines still reach the file at the path: a removed one would swallow them. Rotates it when due. */
  const isCurrent = (known: Opened, at: number, bytes: number): boolean => {
    if (!isOurs(known)) return false
    lookedAt = at
    const isThere = () => {
      const there = statSync(file, { ...bigint, throwIfNoEntry: false })
      if (there?.dev !== known.dev || there.ino !== known.ino) return false
      if (known.isFile) known.size = Number(there.size)
      return true
    }
    if (!isThere()) return false
    if (!rotation?.isDue(known.size, bytes, at)) return true
    rotation.rotate(file, known, bytes)
    return isThere()
  }
  const openFor = (bytes: number): Opened => {
    const at = now()
    if (at >= until) {
      close()
      ;({ file, until } = pathAt(at))
    }
    opened ??= open(at)
    const isTrusted = at >= lookedAt && at < lookedAt + trustedMs && !rotation?.isDue(opened.size, bytes, at)
    if (isTrusted || isCurrent(opened, at, bytes)) return opened
    close()
    opened = open(at)
    return opened
  }

  /** Gives the file that took the lines: the application may have closed ours. */
  const writeWhole = (current: Opened, lines: string): Opened => {
    let into = current
    const whole = torn === undefined ? lines : `\n${lines}`
    let written: number
    try {
      written = write(into.fd, whole)
    } catch (error) {
      if (isOurs(into)) throw error
      into = opened = open(now())
      written = write(into.fd, whole)
    }
    into.size += written
    // Of ASCII, which most lines are, no bytes have to be counted.
    const bytes = written === whole.length ? written : Buffer.byteLength(whole)
    torn = written < bytes ? into.ino : undefined
    if (written < bytes) throw ours(`only ${written} of ${bytes} bytes could be written`)
    return into
  }

  return {
    file: () => file,
    most: () => (opened?.isFile === false ? pipeBytes : Infinity),
    append(lines) {
      try {
        const into = openFor(rotation === undefined ? 0 : Buffer.byteLength(lines))
        const first = into.isBegun ? '' : begin()
        if (first !== '') writeWhole(into, first)
        writeWhole(opened ?? into, lines).isBegun = true
      } catch (error) {
        close()
        throw error
      }
    },
    isBegun: () => opened?.isBegun === true,
    beginAnew() {
      if (opened !== undefined) opened.isBegun = false
    },
    ready() {
      write(openFor(0).fd, '')
    },
    close,
  }
}

/** True if the descriptor is still ours: the application may have closed it, and its number be of something else. */
function isOurs({ fd, dev, ino }: Opened): boolean {
  try {
    const found = fstatSync(fd, bigint)
    return found.dev === dev && found.ino === ino
  } catch {
    return false
  }
}

/** True if a process that was killed left a part of a line. */
function isTorn(file: string, fd: number): boolean {
  const partial = () => {
    const { size, dev, ino } = fstatSync(fd, bigint)
    if (size === 0n) return undefined
    const last = Buffer.alloc(1)
    const read = reading(file, (reader) => {
      // By now the path may lead to another file: this one was rotated.
      const there = fstatSync(reader, bigint)
      return there.dev === dev && there.ino === ino ? readSync(reader, last, 0, 1, size - 1n) : 0
    })
    return read === 1 && last[0] !== newline ? size : undefined
  }
  const before = partial()
  if (before === undefined) return false
  try {
    // It may be another's write under way, which any change to the file's attributes waits for.
    fchmodSync(fd, Number(fstatSync(fd, bigint).mode & 0o777n))
  } catch {
    // Only the owner may, but the others have waited too.
  }
  return partial() === before
}

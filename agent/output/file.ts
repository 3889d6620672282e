import { closeSync, fchmodSync, fstatSync, readSync, statSync, writeSync } from 'node:fs'
import type { OutputOf } from '../config/schema.ts'
import { ours, reasonOf } from '../diagnostics.ts'
import type { Output, WarnOnce } from '../model.ts'
import { compilePath, openAppending, reading } from './path.ts'
import { createRotation } from './rotate.ts'

interface Opened {
  readonly fd: number
  readonly dev: bigint
  readonly ino: bigint
}

// Without it the stat of a FIFO would be left in Node's shared numbers, see stream.ts.
const bigint = { bigint: true } as const
// The application may replace the clock, and a reload comes later.
const system = { now: Date.now, write: (fd: number, line: Buffer) => writeSync(fd, line) }
const newline = Buffer.from('\n')

/** JSON lines appended to a file, each by one synchronous write: nothing that was emitted waits in a buffer. */
export function createFileOutput(
  { path, rotate }: Pick<OutputOf<'file'>, 'path' | 'rotate'>,
  warnOnce: WarnOnce,
  { now, write } = system,
): Output {
  const placeAt = compilePath(path)
  const rotation = createRotation(rotate, warnOnce, now)
  let { file, until } = placeAt(now())
  let opened: Opened | undefined
  let lookedAt = 0
  /** The file in which a write stopped short: the next record begins on a line of its own. */
  let torn: bigint | undefined

  /** Whether records still reach the file at `path`: a removed one would swallow them, a rotated one is left within 1 s. */
  const isCurrent = ({ fd, dev, ino }: Opened, at: number, bytes: number): boolean => {
    const found = fstatSync(fd, bigint)
    if (found.dev !== dev || found.ino !== ino) {
      // The application closed our descriptor, and its number stands for something else now: not ours to close.
      opened = undefined
      return false
    }
    if (found.nlink === 0n) return false
    if (rotation?.isDue(found, bytes, at)) rotation.rotate(file, fd, found, bytes)
    else if (at >= lookedAt && at < lookedAt + 1000) return true
    lookedAt = at
    const there = statSync(file, { ...bigint, throwIfNoEntry: false })
    return there?.dev === dev && there.ino === ino
  }
  const exposed = (mode: string) =>
    warnOnce(
      `mode ${path}`,
      `other users may read ${file} (mode ${mode}), where records go: names of models and collections; chmod 600 keeps them from it`,
    )
  const open = (at: number): Opened => {
    const fd = openAppending(file, exposed)
    const found = fstatSync(fd, bigint)
    const { dev, ino, size } = found
    lookedAt = at
    const isNew = found.isFile() && size === 0n
    torn = isTorn(file, fd) || (torn === ino && !isNew) ? ino : undefined
    rotation?.opened(file, size, at)
    return { fd, dev, ino }
  }
  const close = () => {
    const last = opened
    opened = undefined
    if (last === undefined) return
    try {
      closeSync(last.fd)
    } catch {
      // The descriptor is gone already, which is all that closing is for.
    }
  }

  return {
    write(record) {
      try {
        const at = now()
        if (at >= until) {
          close()
          ;({ file, until } = placeAt(at))
        }
        const json = Buffer.from(`${JSON.stringify(record)}\n`)
        opened ??= open(at)
        if (!isCurrent(opened, at, json.length)) {
          close()
          opened = open(at)
        }
        const line = torn === undefined ? json : Buffer.concat([newline, json])
        const written = write(opened.fd, line)
        torn = written < line.length ? opened.ino : undefined
        if (written < line.length) throw ours(`only ${written} of ${line.length} bytes could be written`)
        return true
      } catch (error) {
        warnOnce(
          `file ${path}`,
          `records can't be written to ${file} (${reasonOf(error)}); they are dropped until it can be`,
        )
        close()
        return false
      }
    },
    ready() {
      try {
        const at = now()
        opened ??= open(at)
        if (isCurrent(opened, at, 0)) write(opened.fd, Buffer.alloc(0))
      } catch {
        // The first record meets the same, and tells it.
      }
    },
    flush() {},
    close,
  }
}

/** Whether a process that was killed left a part of a line. */
function isTorn(file: string, fd: number): boolean {
  const partial = () => {
    const { size, dev, ino } = fstatSync(fd, bigint)
    if (size === 0n) return undefined
    const last = Buffer.alloc(1)
    const read = reading(file, (own) => {
      // By now the path may lead to another file: this one was rotated.
      const there = fstatSync(own, bigint)
      return there.dev === dev && there.ino === ino ? readSync(own, last, 0, 1, size - 1n) : 0
    })
    return read === 1 && last[0] !== newline[0] ? size : undefined
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

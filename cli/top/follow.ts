import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { createSplitter, type Splitter } from '../splitter.ts'

/** A file that others append to. */
export interface Follower {
  /** Hands over the whole lines that came, at most some MB of them, and an empty one for each that is too long to be ours; false when that was all. */
  read(take: (line: string) => void): boolean
  close(): void
}

interface Opened {
  readonly fd: number
  readonly dev: number
  readonly ino: number
  at: number
  /** Has the line whose end is not written yet. */
  lines: Splitter
}

const chunk = Buffer.alloc(1 << 16)
const mostBytes = 4e6

/** Follows a file by its path: also when it is renamed and made anew (rotated), emptied, or removed for a while. */
export function follow(path: string, fromStart: boolean): Follower {
  let take = (_: string) => {}
  const linesOf = () =>
    createSplitter(
      (line) => line !== '' && take(line),
      () => take(''),
    )
  let opened = open(path, fromStart, linesOf)
  /** Other processes may write to it for a second after it was rotated. */
  let former: Opened | undefined

  const readSome = (one: Opened): number => {
    const bytes = readSync(one.fd, chunk, 0, chunk.length, one.at)
    one.at += bytes
    // A copy, since a line whose end is missing is kept, and the chunk is used again.
    one.lines.push(Buffer.from(chunk.subarray(0, bytes)))
    return bytes
  }
  /** Turns to the file that is at the path now, or to its begin if it shrank; true if there is more to read. */
  const turn = (): boolean => {
    const there = statSync(path, { throwIfNoEntry: false })
    if (opened !== undefined && isSame(opened, there)) {
      if (there.size >= opened.at) return false
      Object.assign(opened, { at: 0, lines: linesOf() })
      return true
    }
    if (there === undefined) return false
    const next = open(path, true, linesOf)
    if (next === undefined) return false
    if (former !== undefined) closeSync(former.fd)
    former = opened
    opened = next
    return true
  }

  return {
    read(given) {
      take = given
      while (former !== undefined && readSome(former) > 0);
      for (let left = mostBytes; left > 0; ) {
        const bytes = opened === undefined ? 0 : readSome(opened)
        if (bytes === 0 && !turn()) return false
        left -= bytes
      }
      return true
    },
    close() {
      for (const one of [former, opened]) if (one !== undefined) closeSync(one.fd)
      former = opened = undefined
    },
  }
}

/** Undefined for one that is gone by now. */
function open(path: string, fromStart: boolean, linesOf: () => Splitter): Opened | undefined {
  try {
    const fd = openSync(path, 'r')
    const { dev, ino, size } = fstatSync(fd)
    return { ...{ fd, dev, ino }, at: fromStart ? 0 : size, lines: linesOf() }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const isSame = ({ dev, ino }: Opened, there: Stats | undefined): there is Stats =>
  there !== undefined && there.dev === dev && there.ino === ino

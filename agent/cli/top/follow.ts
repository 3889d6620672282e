import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/** A file that others append to. */
export interface Follower {
  /** Hands over the whole lines that came, at most some MB of them; false when that was all. */
  read(take: (line: string) => void): boolean
  close(): void
}

interface Opened {
  readonly fd: number
  readonly dev: number
  readonly ino: number
  at: number
  decoder: StringDecoder
  /** A line whose end is not written yet. */
  rest: string
}

const chunk = Buffer.alloc(1 << 16)
const mostBytes = 4e6
/** A line that is longer is none of ours. */
const longestLine = 1e7

/** Follows a file by its path: also when it is renamed and made anew (rotated), emptied, or removed for a while. */
export function follow(path: string, fromStart: boolean): Follower {
  let opened = open(path, fromStart)
  /** Other processes may write to it for a second after it was rotated. */
  let former: Opened | undefined

  const readSome = (one: Opened, take: (line: string) => void): number => {
    const bytes = readSync(one.fd, chunk, 0, chunk.length, one.at)
    one.at += bytes
    const lines = (one.rest + one.decoder.write(chunk.subarray(0, bytes))).split('\n')
    one.rest = lines.pop() ?? ''
    if (one.rest.length > longestLine) one.rest = ''
    for (const line of lines) if (line !== '') take(line)
    return bytes
  }
  /** Where nothing is left to read: whether there is more at the path. */
  const turn = (): boolean => {
    const there = statSync(path, { throwIfNoEntry: false })
    if (opened !== undefined && isSame(opened, there)) {
      if (there.size >= opened.at) return false
      Object.assign(opened, { at: 0, rest: '', decoder: new StringDecoder() })
      return true
    }
    if (there === undefined) return false
    const next = open(path, true)
    if (next === undefined) return false
    if (former !== undefined) closeSync(former.fd)
    former = opened
    opened = next
    return true
  }

  return {
    read(take) {
      while (former !== undefined && readSome(former, take) > 0);
      for (let left = mostBytes; left > 0; ) {
        const bytes = opened === undefined ? 0 : readSome(opened, take)
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
function open(path: string, fromStart: boolean): Opened | undefined {
  try {
    const fd = openSync(path, 'r')
    const { dev, ino, size } = fstatSync(fd)
    return { ...{ fd, dev, ino }, at: fromStart ? 0 : size, decoder: new StringDecoder(), rest: '' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const isSame = ({ dev, ino }: Opened, there: Stats | undefined): there is Stats =>
  there !== undefined && there.dev === dev && there.ino === ino

import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'
import type { ProfileRecord } from '../../model.ts'
import { UsageError } from '../command.ts'
import type { Input } from './files.ts'
import { createLines, type LineCounts } from './line.ts'

export interface ReadCounts extends Readonly<LineCounts> {
  readonly tooLong: number
}

const chunkBytes = 256 * 1024
/** No record is longer; a line that is would have to be held whole. */
export const longestLineBytes = 1_000_000

/** Gives every whole record of the inputs to `take`, in their order, and holds one chunk and one line at a time. */
export async function readRecords(
  inputs: readonly Input[],
  take: (record: ProfileRecord) => void,
  progress: (bytes: number) => void = () => {},
): Promise<ReadCounts> {
  const { line, counts } = createLines(take)
  let tooLong = 0
  let before = 0
  for (const input of inputs) {
    const splitter = createSplitter(line, () => tooLong++)
    const raw = open(input)
    let bytes = 0
    try {
      for await (const chunk of input.isGzip ? gunzip(raw) : raw) {
        splitter.push(chunk as Buffer)
        bytes = 'bytesRead' in raw ? (raw.bytesRead as number) : bytes + (chunk as Buffer).length
        progress(before + bytes)
      }
    } catch (error) {
      throw new UsageError(`${input.name} can't be read to its end (${(error as Error).message}); leave it out`)
    }
    splitter.end()
    before += bytes
  }
  return { ...counts, tooLong }
}

/** A file is read as far as it was when it was opened: one that grows would have no end. */
function open({ fd, bytes }: Input): Readable {
  if (fd === undefined) return process.stdin
  return createReadStream('', { fd, highWaterMark: chunkBytes, ...(bytes > 0 && { start: 0, end: bytes - 1 }) })
}

/** One whose end is missing gives what is there. */
function gunzip(raw: Readable): Readable {
  const unzipped = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: chunkBytes })
  // What goes wrong with `raw` destroys `unzipped` too, and its reader is told.
  pipeline(raw, unzipped, () => {})
  return unzipped
}

/** Cuts chunks into lines; those that are too long are told of and left out. */
export function createSplitter(line: (text: string) => void, tooLong: () => void) {
  let rest: Buffer[] = []
  let held = 0
  let skipping = false

  /** Decodes many lines at once: one by one takes several times as long. */
  const lines = (whole: Buffer) => {
    const text = whole.toString('utf8')
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      if (at - from <= longestLineBytes) line(text.slice(from, at))
      else tooLong()
      from = at + 1
    }
    if (from < text.length) line(text.slice(from))
  }
  const keep = (part: Buffer) => {
    if (skipping || part.length === 0) return
    held += part.length
    rest.push(part)
    if (held <= longestLineBytes) return
    skipping = true
    rest = []
    tooLong()
  }
  const flush = () => {
    if (!skipping && held > 0) lines(Buffer.concat(rest))
    rest = []
    held = 0
    skipping = false
  }
  return {
    push(chunk: Buffer): void {
      const first = chunk.indexOf(10)
      keep(first < 0 ? chunk : chunk.subarray(0, first))
      if (first < 0) return
      flush()
      const last = chunk.lastIndexOf(10)
      if (last > first) lines(chunk.subarray(first + 1, last + 1))
      // A copy: the chunk itself would be held by it.
      keep(Buffer.from(chunk.subarray(last + 1)))
    },
    end: flush,
  }
}

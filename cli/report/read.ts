import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'
import { ours, reasonOf } from '../../agent/diagnostics.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import { UsageError } from '../command.ts'
import { createSplitter } from '../splitter.ts'
import { readDatabase } from './database.ts'
import type { Input } from './files.ts'
import { createLines, type LineCounts } from './line.ts'

export interface ReadCounts extends Readonly<LineCounts> {
  readonly tooLong: number
}

const chunkBytes = 64 * 1024
/** The agent writes no file that is larger than this and so much larger than its compressed form. */
const mostUnzipped = 2e8
const mostRatio = 300

/** Gives every whole record of the inputs to `take`, in their order, and holds one chunk and one line at a time. */
export async function readRecords(
  inputs: readonly Input[],
  take: (record: ProfileRecord) => void,
  progress: (bytes: number) => void = () => {},
): Promise<ReadCounts> {
  const { line, record, counts } = createLines(take)
  let tooLong = 0
  let before = 0
  // Lines that are no JSON throw, and a stack is most of what that costs.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  for (const input of inputs) {
    if (input.database !== undefined) {
      readDatabase(input.database, input.name, record, (share) => progress(before + share * input.bytes))
      before += input.bytes
      continue
    }
    const splitter = createSplitter(line, () => tooLong++)
    const raw = open(input)
    let bytes = 0
    let unzipped = 0
    try {
      for await (const chunk of input.isGzip ? gunzip(raw) : raw) {
        splitter.push(chunk as Buffer)
        bytes = 'bytesRead' in raw ? (raw.bytesRead as number) : bytes + (chunk as Buffer).length
        progress(before + bytes)
        unzipped += input.isGzip ? (chunk as Buffer).length : 0
        if (unzipped > mostUnzipped && unzipped > bytes * mostRatio)
          throw ours(`its ${bytes} bytes are ${unzipped} and more unzipped, which records never are`)
      }
    } catch (error) {
      throw new UsageError(`${input.name} can't be read to its end (${wordsOf(error)}); leave it out`)
    }
    splitter.end()
    before += bytes
  }
  Error.stackTraceLimit = stackTraceLimit
  return { ...counts, tooLong }
}

/** Of zlib too, whose errors say in their words what is wrong with the file. */
const wordsOf = (error: unknown) =>
  (error as NodeJS.ErrnoException).code?.startsWith('Z_') ? (error as Error).message : reasonOf(error)

/** A file is read as far as it was when it was opened: one that grows would have no end. */
function open({ fd, bytes }: Input): Readable {
  if (fd === undefined) return process.stdin
  return createReadStream('', {
    fd,
    autoClose: false,
    highWaterMark: chunkBytes,
    ...(bytes > 0 && { start: 0, end: bytes - 1 }),
  })
}

/** One whose end is missing gives what is there. */
function gunzip(raw: Readable): Readable {
  const unzipped = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: chunkBytes })
  // An error of `raw` destroys `unzipped` too, and its reader is reported.
  pipeline(raw, unzipped, () => {})
  return unzipped
}

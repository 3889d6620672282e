import { NoProfile } from './no-profile.ts'
import { createNumbers } from './numbers.ts'

/** Takes the parts of a profile, as they come. */
export interface ProfileParts {
  /** An element of `nodes`. */
  node(value: unknown): void
  /** An element of `samples` or `timeDeltas`. */
  number(list: string, value: number): void
  /** `startTime` or `endTime`. */
  field(name: string, value: number): void
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d]
const longestPart = 1_000_000
const mostKeys = 50

/** Reads the JSON of a `.cpuprofile` chunk by chunk, so that a large one is never held. Throws a `NoProfile`. */
export function createScan(parts: ProfileParts) {
  const numbers = createNumbers((value) => parts.number(key, value))
  const kept = createKept()
  const keys = new Set<string>()
  let [depth, key, inString, isEscaped, inNumbers, isOver] = [0, '', false, false, false, false]

  const endField = (chunk: Buffer, at: number) => {
    if (kept.on()) parts.field(key, numberOf(kept.take(chunk, at)))
  }
  const open = (byte: number, at: number) => {
    if (depth === 0 && byte === openList) throw new NoProfile('it is a list, such as a trace')
    depth++
    if (depth === 2) kept.drop()
    inNumbers = depth === 2 && byte === openList && (key === 'samples' || key === 'timeDeltas')
    if (depth === 3 && key === 'nodes') kept.from(at)
  }
  const close = (chunk: Buffer, at: number) => {
    if (depth === 1) endField(chunk, at)
    depth--
    if (depth === 2 && key === 'nodes') parts.node(parsed(kept.take(chunk, at + 1)))
    isOver = depth === 0
  }
  /** A byte outside of strings and of lists of numbers. */
  const step = (chunk: Buffer, at: number, byte: number) => {
    if (isOver) throw new NoProfile('it holds more than one value, as a file of records does')
    if (byte === quote) {
      inString = true
      if (depth === 1 && key === '') kept.from(at)
    } else if (byte === openObject || byte === openList) open(byte, at)
    else if (byte === closeObject || byte === closeList) close(chunk, at)
    else if (depth === 0) throw new NoProfile('it is not JSON')
    else if (depth === 1 && byte === comma) {
      endField(chunk, at)
      key = ''
    } else if (depth === 1 && byte === colon && (key === 'startTime' || key === 'endTime')) kept.from(at + 1)
  }
  const endString = (chunk: Buffer, at: number) => {
    inString = false
    if (depth !== 1 || key !== '') return
    key = `${parsed(kept.take(chunk, at + 1))}`
    if (keys.size < mostKeys) keys.add(key)
  }

  return {
    /** The names at its top. */
    keys,
    push(chunk: Buffer): void {
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at] as number
        if (inNumbers) {
          if (!numbers.isEnd(byte)) continue
          inNumbers = false
          depth--
        } else if (inString) {
          if (isEscaped) isEscaped = false
          else if (byte === backslash) isEscaped = true
          else if (byte === quote) endString(chunk, at)
        } else if (byte > 0x20) step(chunk, at, byte)
      }
      kept.endChunk(chunk)
    },
    /** Throws where it is not whole. */
    end(): void {
      if (!isOver) throw new NoProfile(depth === 0 ? 'it is empty' : 'its end is missing')
    },
  }
}

/** The bytes of the part that is being read, of which some may lie in chunks before. */
function createKept() {
  let [before, bytes, begin] = [[] as Buffer[], 0, -1]

  const drop = () => {
    ;[before, bytes, begin] = [[], 0, -1]
  }
  return {
    on: () => begin >= 0,
    drop,
    from(at: number): void {
      begin = at
    },
    take(chunk: Buffer, to: number): string {
      const rest = chunk.subarray(Math.max(0, begin), to)
      const text = before.length === 0 ? rest.toString() : Buffer.concat([...before, rest]).toString()
      drop()
      return text
    },
    endChunk(chunk: Buffer): void {
      if (begin < 0) return
      before.push(Buffer.from(chunk.subarray(begin)))
      bytes += chunk.length - begin
      begin = 0
      if (bytes > longestPart) throw new NoProfile('a part of it is longer than any of a profile is')
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NoProfile('it is not JSON')
  }
}

function numberOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new NoProfile('something else stands where a number should be')
  return value
}

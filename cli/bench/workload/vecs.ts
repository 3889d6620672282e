import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { extname } from 'node:path'
import { counted } from '../../format.ts'
import type { Item } from '../model.ts'
import { itemsOf, wrong } from './items.ts'

/** Bytes of a number. */
const widths = { '.fvecs': 4, '.ivecs': 4, '.bvecs': 1 } as const
const chunkBytes = 1 << 24
const mostDimensions = 1_000_000

/** Reads `.fvecs` (32 bit floats) or `.bvecs` (bytes). */
export function readVectors(file: string, name: string): Item[] {
  const { numbers, dimensions } = readVecs(file, name, (length) => new Float32Array(length))
  return itemsOf(numbers, dimensions, (index) => locationOf(name, index))
}

/** Reads `.ivecs`: for each query the places of its true neighbours, nearest first. */
export function readNeighbours(file: string, name: string, documents: number): string[][] {
  if (extname(file) !== '.ivecs')
    throw wrong(name, '`relevant` is read from an .ivecs file, in which each query has a row of indices')
  const { numbers, dimensions } = readVecs(file, name, (length) => new Int32Array(length))
  const bad = numbers.findIndex((one) => one < 0 || one >= documents)
  if (bad >= 0)
    throw wrong(
      locationOf(name, Math.floor(bad / dimensions)),
      `it names document ${numbers[bad]}, and there are ${counted(documents, 'document')}`,
    )
  return Array.from({ length: numbers.length / dimensions }, (_, i) =>
    Array.from(numbers.subarray(i * dimensions, (i + 1) * dimensions), String),
  )
}

const locationOf = (name: string, index: number) => `${name}, vector ${index}`

/**
 * The layout of http://corpus-texmex.irisa.fr: for each vector its dimensions (32 bit, little endian), then its numbers.
 * Indices of more than 24 bits would lose digits as floats, so `make` gives integers for them.
 */
function readVecs<T extends Float32Array | Int32Array>(file: string, name: string, make: (length: number) => T) {
  const kind = extname(file) as keyof typeof widths
  const fd = openSync(file, 'r')
  try {
    const { size } = fstatSync(fd)
    const head = Buffer.alloc(4)
    if (size < 4 || readSync(fd, head, 0, 4, 0) < 4) throw wrong(name, 'it is empty; no vector is in it')
    const dimensions = head.readInt32LE()
    if (dimensions < 1 || dimensions > mostDimensions)
      throw wrong(name, `its first vector would have ${dimensions} dimensions; is it a file of ${kind.slice(1)}?`)
    const stride = 4 + dimensions * widths[kind]
    const count = Math.floor(size / stride)
    const numbers = make(count * dimensions)
    const rows = Math.max(1, Math.floor(chunkBytes / stride))
    const chunk = Buffer.alloc(rows * stride)
    for (let row = 0; row < count; row += rows) {
      const here = Math.min(rows, count - row)
      const bytes = readSync(fd, chunk, 0, here * stride, row * stride)
      if (bytes < here * stride) throw wrong(name, 'it became shorter while it was read')
      for (let i = 0; i < here; i++) {
        const own = chunk.readInt32LE(i * stride)
        if (own !== dimensions)
          throw wrong(
            locationOf(name, row + i),
            `${own} dimensions, ${dimensions} at vector 0; all must be alike, or the file is cut or of another kind`,
          )
        copy(chunk, i * stride + 4, numbers, (row + i) * dimensions, dimensions, kind)
      }
    }
    if (count * stride !== size)
      throw wrong(name, `it ends within vector ${count}; copy it again, or cut it to ${count * stride} bytes`)
    return { numbers, dimensions }
  } finally {
    closeSync(fd)
  }
}

function copy(
  from: Buffer,
  at: number,
  to: Float32Array | Int32Array,
  offset: number,
  length: number,
  kind: keyof typeof widths,
): void {
  for (let i = 0; i < length; i++) {
    if (kind === '.bvecs') to[offset + i] = from[at + i] ?? 0
    else to[offset + i] = kind === '.fvecs' ? from.readFloatLE(at + 4 * i) : from.readInt32LE(at + 4 * i)
  }
}

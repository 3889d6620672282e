import { hash, randomBytes } from 'node:crypto'
import type { Metadata, Point, Raw, WarnOnce } from '../model.ts'
import { isList } from '../own-data.ts'
import { createPatience, type Patience } from './ending/patience.ts'
import { createSketch, type Sketch } from './sketch.ts'

/** Inputs of one call that are looked at; the rest is in neither number. */
export const mostInputs = 2048
/** Text of one call that is looked at, in UTF-16 units; a token counts as 32, since to read it safely takes as long. */
export const mostText = 1_000_000

/** Adds how many of a call's inputs were embedded before; undefined where none can be read. Never throws. */
export type Repeats = (point: Point, call: Raw, metadata: Metadata | undefined) => Metadata | undefined

/**
 * Compares the inputs of calls by hashes, which stay here with their salt. Each library has a sketch of its own, and
 * each method of it is compared with itself: one may call another, and a question is not embedded as a document is.
 */
export function createRepeats(warnOnce: WarnOnce): Repeats {
  const salt = randomBytes(32).toString('base64')
  const sketches = new Map<string, Sketch>()
  const numberOf = createNumbers()
  const patiences = new WeakMap<Point, Patience>()

  const sketchOf = (library: string) => {
    const sketch = sketches.get(library) ?? createSketch()
    sketches.set(library, sketch)
    return sketch
  }
  const patienceOf = (point: Point) => {
    const { name, library } = point
    const made =
      patiences.get(point) ??
      createPatience(`inputs ${library} ${name}`, `the inputs of ${name} (${library})`, warnOnce)
    patiences.set(point, made)
    return made
  }
  /** A hash of what else a vector depends on, as far as the call tells: a prefix of one length. */
  const prefixOf = (point: Point, self: unknown, { model, provider, dimensions }: Metadata) => {
    const by = model === undefined && provider === undefined ? numberOf(self) : undefined
    const parts = [numberOf(point), model, provider, dimensions, by]
    return hash('sha256', salt + JSON.stringify(parts), 'base64')
  }
  const count = (point: Point, call: Raw, metadata: Metadata): Metadata | undefined => {
    const value = point.inputs?.(call)
    const list = isList(value) && typeof elementOf(value, 0) !== 'number' ? value : [value]
    const prefix = prefixOf(point, call.self, metadata)
    const isKnown = sketchOf(point.library)
    let [room, inputs, repeats] = [mostText, 0, 0]
    for (let i = 0; i < list.length && i < mostInputs; i++) {
      const input = elementOf(list, i)
      room -= sizeOf(input)
      if (room < 0) break
      const text = textFor(input)
      if (text === '') continue
      inputs++
      if (isKnown(hash('sha256', prefix + text, 'hex'))) repeats++
    }
    return inputs === 0 ? undefined : { repeats, repeat_share: Math.round((repeats / inputs) * 1000) / 1000 }
  }

  return (point, call, metadata = {}) => {
    const patience = patienceOf(point)
    if (point.inputs === undefined || patience.isOver()) return undefined
    try {
      const found = count(point, call, metadata)
      patience.renew()
      return found
    } catch (error) {
      patience.failed(error)
      return undefined
    }
  }
}

/** Undefined for a getter, which is not called. */
function elementOf(list: readonly unknown[], i: number): unknown {
  return Object.getOwnPropertyDescriptor(list, i)?.value
}

function sizeOf(input: unknown): number {
  if (typeof input === 'string') return input.length
  return isList(input) ? input.length * 32 : 0
}

/** A text, or the bytes of its tokens' numbers; empty for what is neither. */
function textFor(input: unknown): string {
  if (typeof input === 'string') return input
  if (!isList(input)) return ''
  const tokens = new Float64Array(input.length)
  for (let i = 0; i < input.length; i++) {
    const token = elementOf(input, i)
    if (typeof token !== 'number') return ''
    tokens[i] = token
  }
  return Buffer.from(tokens.buffer).toString('latin1')
}

/** Numbers objects as they are met; 0 for what is none. */
function createNumbers(): (value: unknown) => number {
  const numbers = new WeakMap<object, number>()
  let last = 0
  return (value) => {
    if (typeof value !== 'object' || value === null) return 0
    const number = numbers.get(value) ?? ++last
    numbers.set(value, number)
    return number
  }
}

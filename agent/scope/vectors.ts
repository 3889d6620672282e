import { isProxy, isTypedArray, isUint8Array } from 'node:util/types'
import type { Word } from '../call-words.ts'
import type { Metadata, Point, Raw, WarnOnce } from '../model.ts'
import { dataOf, isList } from '../own-data.ts'
import { typedLength } from './dimensions.ts'
import { createPatience, type Patience } from './ending/patience.ts'
import type { Get } from './read-words.ts'
import { vectorWords } from './vector-words.ts'

/** One vector in so many is looked at. */
export const oneIn = 100
/** Numbers of a vector that are read at most: a longer one is left alone. The largest models give 16,384. */
export const mostNumbers = 32_768
/** Vectors of one call that are looked at: 2,048 texts are as many as a service takes, and each has up to 1 ms. */
export const mostOfCall = 8
/** Lists in lists of them, and names of vectors in one object. */
const deepest = 4
const mostNames = 8

/** Adds what the vectors of a call are found to be; undefined where none of them was looked at. Never throws. */
export type CheckVectors = (point: Point, call: Raw) => Metadata | undefined

interface VectorParts {
  readonly warnOnce: WarnOnce
  readonly parse: (text: string) => Word
  readonly compile: (word: Word) => Get
}

/**
 * Looks at one vector in a hundred, of each scope of a library, whether all its numbers are 0, or one is none. Arrays and
 * typed arrays alone, by their own data: nothing of the application's runs.
 */
export function createVectors({ warnOnce, parse, compile }: VectorParts): CheckVectors {
  const counts = new Map<string, { seen: number }>()
  const readers = new WeakMap<Point, { readonly gets: readonly Get[]; readonly patience: Patience }>()

  const readerOf = (point: Point) => {
    const { name, library, vectors = '' } = point
    const reader = readers.get(point) ?? {
      gets: typeof vectors === 'function' ? [vectors] : vectorWords(vectors, parse).map(compile),
      patience: createPatience(`vectors ${library} ${name}`, `the vectors of ${name} (${library})`, warnOnce),
    }
    readers.set(point, reader)
    return reader
  }
  const countOf = ({ library, name }: Point) => {
    const key = `${library} ${name}`
    const count = counts.get(key) ?? { seen: 0 }
    counts.set(key, count)
    return count
  }
  const check = (point: Point, found: unknown): Metadata | undefined => {
    const count = countOf(point)
    const before = count.seen
    let [checked, zeros, broken] = [0, 0, 0]
    eachVector(found, (vector) => {
      if (!isChosen(count.seen++) || checked >= mostOfCall) return
      const kind = kindOf(vector)
      if (kind === undefined) return
      checked++
      if (kind === 'zero') zeros++
      if (kind === 'nan') broken++
    })
    if (checked === 0) return count.seen > before ? {} : undefined
    return {
      vectors_checked: checked,
      ...(zeros > 0 && { zero_vectors: zeros }),
      ...(broken > 0 && { nan_vectors: broken }),
    }
  }

  return (point, call) => {
    if (point.vectors === undefined) return undefined
    const { gets, patience } = readerOf(point)
    if (patience.isOver()) return undefined
    try {
      // Of several places where they may be, the first that has some.
      for (const get of gets) {
        const made = check(point, get(call))
        if (made === undefined) continue
        patience.renew()
        return made.vectors_checked === undefined ? undefined : made
      }
    } catch (error) {
      patience.failed(error)
    }
    return undefined
  }
}

/**
 * One of each hundred, the first of the first; of the others each at another place, so that batches of a hundred are not
 * always looked at by the same one. 61 and 100 have no divisor in common: all places come up.
 */
export const isChosen = (number: number) => number % oneIn === (Math.floor(number / oneIn) * 61) % oneIn

/** Takes the vectors of a value: itself, those of a list, and those that an object has by name. */
function eachVector(value: unknown, take: (vector: ArrayLike<unknown>) => void, depth = deepest): void {
  // Bytes say something else than their numbers.
  if (typeof value !== 'object' || value === null || isProxy(value) || isUint8Array(value)) return
  if (isTypedArray(value)) take(value as unknown as ArrayLike<unknown>)
  else if (isList(value) && isVector(value)) take(value)
  else if (depth > 0) for (const one of partsOf(value)) eachVector(one, take, depth - 1)
}

/** What a list holds, or an object by names; not the numbers of a sparse vector. */
function partsOf(value: object): readonly unknown[] {
  if (isList(value)) return Array.from({ length: value.length }, (_, i) => dataOf(value, i))
  const names = Object.keys(value)
  return names.includes('indices') ? [] : names.slice(0, mostNames).map((name) => dataOf(value, name))
}

/** JSON has no NaN: it becomes null. */
function isVector(list: readonly unknown[]): boolean {
  const first = dataOf(list, 0)
  return typeof first === 'number' || (first === null && isNumber(dataOf(list, list.length - 1)))
}
const isNumber = (value: unknown): value is number | null => typeof value === 'number' || value === null

/** Undefined for what is too long, or holds something else than numbers. */
export function kindOf(vector: ArrayLike<unknown>): 'zero' | 'nan' | 'sound' | undefined {
  const isTyped = isTypedArray(vector)
  const length = isTyped ? typedLength(vector) : vector.length
  if (length === 0 || length > mostNumbers) return undefined
  let isZero = true
  let isSound = true
  for (let i = 0; i < length; i++) {
    // A typed array has no getters among its numbers.
    const value = isTyped ? vector[i] : Object.getOwnPropertyDescriptor(vector, i)?.value
    if (!isNumber(value)) return undefined
    if (value === null || !Number.isFinite(value)) isSound = false
    if (value !== 0) isZero = false
  }
  return isZero ? 'zero' : isSound ? 'sound' : 'nan'
}

import { isProxy, isTypedArray } from 'node:util/types'
import { hostAt, providerAt } from '../../instrumentations/shared/hosts.ts'
import { numberOf } from '../../instrumentations/shared/kinds.ts'
import { textsIn } from '../../instrumentations/shared/texts.ts'
import type { Operator, Word, WordName } from '../call-words.ts'
import type { Raw } from '../model.ts'
import { dataOf, isGetter, isList } from '../own-data.ts'
import { dimensionsOf, typedLength } from './dimensions.ts'
import { askOf, viewOf } from './view.ts'

export type Get = (call: Raw) => unknown
/** Told of a getter on the path, which is not run. */
export type Met = ((getter: string) => void) | undefined

/** Compiles words to a function that reads a call's values as data: it runs nothing of the application's, never throws. */
export function compileWord(word: Word, met: Met): Get {
  switch (word.kind) {
    case 'literal':
      return () => word.value
    case 'path':
      return compilePath(word, met)
    case 'within':
      return along(compileWord(word.of, met), word.keys, met)
    case 'call': {
      const [of, get] = [functions[word.name], compileWord(word.of, met)]
      return (call) => of(get(call))
    }
    case 'infix':
      return infix[word.operator](compileWord(word.left, met), compileWord(word.right, met))
  }
}

function compilePath({ root, keys }: Word & { kind: 'path' }, met: Met): Get {
  const from = root === 'this' ? 'self' : root
  const [first, ...rest] = keys
  if (root !== 'args' || first === undefined) return along((call) => call[from], keys, met)
  // The arguments themselves are the engine's own object.
  if (first === '*' || first === '-1') return along((call) => Array.from(call.args), keys, met)
  return along((call) => (call.args as unknown as Record<string, unknown>)[first], rest, met)
}

type Step = (value: unknown) => unknown

function along(start: Get, keys: readonly string[], met: Met): Get {
  if (keys.length === 0) return start
  const follow = compileSteps(keys, met)
  return (call) => follow(start(call))
}

function compileSteps([key = '', ...rest]: readonly string[], met: Met): Step {
  const step = compileStep(key, met)
  if (rest.length === 0) return key === '*' ? (value) => listOf(value) : step
  const next = compileSteps(rest, met)
  return key === '*' ? (value) => listOf(value)?.map((one) => next(one)) : (value) => next(step(value))
}

/** A key that ends in `()` is a getter or a method, which is run; `-1` is the last of a list. */
function compileStep(key: string, met: Met): Step {
  if (key.endsWith('()')) {
    const name = key.slice(0, -2)
    return (value) => askOf(value, name)
  }
  if (key === '-1') return lastOf
  if (met === undefined) return (value) => ownOf(value, key)
  return (value) => {
    const next = ownOf(value, key)
    if (next === undefined && isGetter(value, key)) met(key)
    return next
  }
}

function lastOf(value: unknown): unknown {
  if (isList(value)) return dataOf(value, value.length - 1)
  return isTypedArray(value) && !isProxy(value) ? dataOf(value, typedLength(value) - 1) : undefined
}

const listOf = (value: unknown) => (isList(value) ? eachOf(value) : undefined)

/** A property that is data: `filter` of a list or of a client is a method, which says nothing of a call. */
function ownOf(value: unknown, key: string): unknown {
  const found = dataOf(value, key)
  return typeof found === 'function' && key !== 'constructor' && !Object.hasOwn(value as object, key)
    ? undefined
    : found
}

/** The values of a list, read by index; a hole and a getter are undefined. */
function eachOf(list: ArrayLike<unknown>): unknown[] {
  const length = Array.isArray(list) ? list.length : typedLength(list)
  const found: unknown[] = []
  for (let i = 0; i < length; i++) found.push(dataOf(list, i))
  return found
}

/** An array's length, 1 for any other value, 0 for nothing; never iterates. Behind a proxy it can't be known. */
function countOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0
  if (isProxy(value)) return undefined
  return Array.isArray(value) ? value.length : 1
}

/** The number of values in a list and the lists in it, but for undefined and null. */
function totalOf(value: unknown): number | undefined {
  if (!isList(value)) return undefined
  let sum = 0
  for (const one of eachOf(value)) sum += isList(one) ? (totalOf(one) ?? 0) : one === undefined || one === null ? 0 : 1
  return sum
}

function sumOf(value: unknown): number | undefined {
  const isListLike = isList(value) || (isTypedArray(value) && !isProxy(value))
  if (!isListLike) return numberOf(value)
  let sum: number | undefined
  for (const one of eachOf(value as ArrayLike<unknown>)) {
    const number = sumOf(one)
    if (number !== undefined) sum = (sum ?? 0) + number
  }
  return sum
}

/** Whether numbers are 0, 1, 2 and so on: the places from which things were taken, when none was moved or passed over. */
function unmovedIn(value: unknown): boolean | undefined {
  const places = listOf(value)
  if (places === undefined || places.length === 0 || !places.every((place) => typeof place === 'number'))
    return undefined
  return places.every((place, i) => place === i)
}

const functions: Readonly<Record<WordName, (value: unknown) => unknown>> = {
  count: countOf,
  many: (value) => (value === undefined || value === null ? undefined : countOf(value)),
  // One text may be given as its tokens: a list of numbers.
  texts: (value) => (typeof dataOf(value, 0) === 'number' ? 1 : countOf(value)),
  size: (value) => (isList(value) ? value.length : undefined),
  total: totalOf,
  trues: (value) => (isList(value) ? eachOf(value).filter(Boolean).length : undefined),
  keys: (value) =>
    typeof value === 'object' && value !== null && !isProxy(value) ? Object.keys(value).length : undefined,
  chars: (value) => (typeof value === 'string' ? value.length : undefined),
  number: numberOf,
  sum: sumOf,
  dimensions: (value) => dimensionsOf(value),
  unmoved: unmovedIn,
  has: (value) => value !== undefined,
  is: Boolean,
  contents: (value) => textsIn(viewOf(value)),
  provider: providerAt,
  host: hostAt,
}

/** For two numbers; undefined if one of the values is none. */
const arithmetic = (of: (a: number, b: number) => number) => (left: Get, right: Get) => (call: Raw) => {
  const [a, b] = [numberOf(left(call)), numberOf(right(call))]
  return a === undefined || b === undefined ? undefined : of(a, b)
}
const infix: Readonly<Record<Operator, (left: Get, right: Get) => Get>> = {
  '??': (left, right) => (call) => left(call) ?? right(call),
  '||': (left, right) => (call) => left(call) || right(call),
  '&&': (left, right) => (call) => left(call) && right(call),
  '==': (left, right) => (call) => left(call) === right(call),
  '+': arithmetic((a, b) => a + b),
  '*': arithmetic((a, b) => a * b),
  '/': arithmetic((a, b) => a / b),
}

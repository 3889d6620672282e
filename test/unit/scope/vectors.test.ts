import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseWords } from '../../../agent/call-words.ts'
import { methodsOf } from '../../../agent/methods.ts'
import type { Point } from '../../../agent/model.ts'
import { compileWord } from '../../../agent/scope/read-words.ts'
import { vectorWords } from '../../../agent/scope/vector-words.ts'
import { createVectors, isChosen, kindOf, mostNumbers, mostOfCall, oneIn } from '../../../agent/scope/vectors.ts'
import { builtIns } from '../../../build/libraries.ts'

const fail = () => assert.fail('it was looked into')
const hostile = new Proxy([0, 0], { get: fail, getOwnPropertyDescriptor: fail, ownKeys: fail, has: fail })
const withGetter = Object.defineProperty([0, 0], 1, { get: fail, enumerable: true })
const sound = [0.5, 0.5]

function checking(vectors: Point['vectors'] = 'dimensions(args.0)') {
  const told = new Map<string, string>()
  const check = createVectors({
    warnOnce: (cause, message) => told.set(cause, message),
    parse: parseWords,
    compile: (word) => compileWord(word, undefined),
  })
  const point = { name: 'shop.embed', library: 'own', vectors } as Point
  return {
    check: (value: unknown, at = point) => check(at, { self: undefined, args: [value], result: value }),
    told,
    point,
  }
}
const after = (count: number, at = checking()) => {
  for (let i = 0; i < count; i++) at.check(sound)
  return at
}

describe('a vector', () => {
  it('is zero, or no vector at all, or sound', () => {
    assert.equal(kindOf([0, 0]), 'zero')
    assert.equal(kindOf([0, -0, 1e-300]), 'sound')
    assert.equal(kindOf(new Float32Array(4)), 'zero')
    assert.equal(kindOf(Float32Array.of(1, Number.NaN)), 'nan')
    assert.equal(kindOf([1, Number.POSITIVE_INFINITY]), 'nan')
    assert.equal(kindOf([1, null]), 'nan')
    assert.equal(kindOf(Int8Array.of(0, 1)), 'sound')
    assert.equal(kindOf(sound), 'sound')
  })

  it('is nothing that has other values, none, or too many', () => {
    for (const none of [[], [0, '0'], [0, undefined], new Array(3), withGetter, BigInt64Array.of(0n)])
      assert.equal(kindOf(none as number[]), undefined)
    assert.equal(kindOf(new Float32Array(mostNumbers)), 'zero')
    assert.equal(kindOf(new Float32Array(mostNumbers + 1)), undefined)
    assert.equal(kindOf(structuredClone(new Float32Array(0))), undefined)
  })
})

describe('one vector in a hundred', () => {
  it('is looked at, the first of the first hundred, of each hundred one, and all places come up', () => {
    const chosen = Array.from({ length: oneIn * oneIn }, (_, i) => i).filter(isChosen)

    assert.equal(chosen[0], 0)
    assert.deepEqual(
      chosen.map((number) => Math.floor(number / oneIn)),
      Array.from({ length: oneIn }, (_, i) => i),
    )
    assert.equal(new Set(chosen.map((number) => number % oneIn)).size, oneIn)
  })

  it('is told with what it is', () => {
    assert.deepEqual(checking().check([0, 0]), { vectors_checked: 1, zero_vectors: 1 })
    assert.deepEqual(checking().check([1, Number.NaN]), { vectors_checked: 1, nan_vectors: 1 })
    assert.deepEqual(checking().check(sound), { vectors_checked: 1 })
    assert.equal(after(1).check([0, 0]), undefined)
    assert.equal(after(160).check([0, 0]), undefined)
    assert.deepEqual(after(161).check([0, 0]), { vectors_checked: 1, zero_vectors: 1 })
    assert.equal(after(162).check([0, 0]), undefined)
  })

  it('is counted for each scope of a library', () => {
    const { check, point } = after(50)

    assert.equal(check([0, 0]), undefined)
    assert.deepEqual(check([0, 0], { ...point, name: 'shop.search' }), { vectors_checked: 1, zero_vectors: 1 })
    assert.deepEqual(check([0, 0], { ...point, library: 'other' }), { vectors_checked: 1, zero_vectors: 1 })
    assert.equal(check([0, 0], { ...point }), undefined)
  })

  it('is of all that a batch holds, by name too, and of a call at most so many are looked at', () => {
    const batch = Array.from({ length: 250 }, () => [0, 0])

    assert.deepEqual(checking().check(batch), { vectors_checked: 3, zero_vectors: 3 })
    assert.deepEqual(checking().check([{ title: [0, 0], body: sound }]), { vectors_checked: 1, zero_vectors: 1 })
    assert.deepEqual(checking().check(Array.from({ length: oneIn * 20 }, () => [0])), {
      vectors_checked: mostOfCall,
      zero_vectors: mostOfCall,
    })
  })

  it('is none that is sparse, bytes, or a text, and runs no getter and no proxy', () => {
    for (const none of [
      { indices: [1], values: [0] },
      Buffer.alloc(4),
      'AAAA',
      7,
      null,
      hostile,
      [hostile],
      withGetter,
    ])
      assert.equal(checking().check(none), undefined)
    assert.equal(
      checking().check({
        get vector() {
          return fail()
        },
      }),
      undefined,
    )
  })

  it('is given up where it can not be read again and again, and that is reported', () => {
    const { check, told } = checking(() => {
      throw new RangeError('private')
    })
    for (let i = 0; i < 12; i++) assert.equal(check(sound), undefined)

    assert.equal(told.size, 2)
    assert.match([...told.values()].join(' '), /the vectors of shop.embed \(own\) can't be read.*RangeError/)
    assert.doesNotMatch([...told.values()].join(' '), /private/)
  })
})

describe('the words of dimensions', () => {
  const at = (text: string, call: object) =>
    vectorWords(text, parseWords).map((word) => compileWord(word, undefined)({ self: {}, args: [], ...call }))
  const data = [{ embedding: [1] }, { embedding: [2] }]

  it('lead to all vectors, where they measure the first', () => {
    const result = { data, embeddings: [[1], [2]], vector: [3] }

    assert.deepEqual(at('size(result.data.0.embedding) ?? args.0.dimensions', { result }), [[[1], [2]]])
    assert.deepEqual(at('args.0.outputDimension ?? size((result.data ?? result).0.embedding)', { result }), [
      [[1], [2]],
    ])
    assert.deepEqual(at('result.embeddings.0.length', { result }), [[[1], [2]]])
    assert.deepEqual(at('number(size(result.vector) || size(result.vector.0))', { result }), [[3], [3]])
    assert.deepEqual(at('size(args.0) && dimensions(args.0)', { args: [[3]] }), [[3]])
    assert.deepEqual(at('args.0.0.length', { args: [[[1], [2]]] }), [[[1], [2]]])
    assert.deepEqual(at('dimensions((args.0.data ?? args.1).0.vector)', { args: ['name', [{ vector: [1] }]] }), [[[1]]])
  })

  it('lead nowhere where something else tells', () => {
    for (const text of ['args.0.dimensions', 'number(this.dimensions())', '8', "'text'", 'count(args.0)'])
      assert.deepEqual(vectorWords(text, parseWords), [], text)
  })
})

describe('a library', () => {
  it('has words of dimensions that lead to its vectors, but where these are not there as such', () => {
    const blind = builtIns
      .filter(({ name }) => name !== 'ai')
      .flatMap((one) =>
        methodsOf(one).flatMap(({ scope, vectors, metadata }) => {
          const words = metadata?.dimensions
          const isOf = /^(?:embed|search|upsert)$/.test(scope) && vectors === undefined && typeof words === 'string'
          return isOf && vectorWords(words, parseWords).length === 0 ? [one.name] : []
        }),
      )

    assert.deepEqual([...new Set(blind)], [])
  })
})

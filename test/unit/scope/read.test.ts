import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Raw } from '../../../agent/model.ts'
import { parseRead } from '../../../agent/path.ts'
import { compilePath, compileRead, keep } from '../../../agent/scope/read.ts'

const call: Raw = {
  self: { name: 'service', deep: { model: 'm' } },
  args: [{ input: ['a', 'b'], model: 'x' }, 'text', null],
  result: { data: [1, 2, 3], $id_1: 4 },
}

describe('a metadata path', () => {
  it('reads this, args and result', () => {
    const read = (path: string) => compilePath(path)(call)

    assert.equal(read('this.deep.model'), 'm')
    assert.equal(read('args.0.input.length'), 2)
    assert.equal(read('args.length'), 3)
    assert.equal(read('args.1.length'), 4)
    assert.equal(read('result.$id_1'), 4)
    assert.equal(read('args.2.model'), undefined)
    assert.equal(read('args.9.model'), undefined)
    assert.equal(read('result.none.deeper'), undefined)
  })

  it('counts an array by its length, another value as 1, nothing as 0, and never iterates', () => {
    const read = (path: string) => compilePath(path)(call)
    const iterated = {
      [Symbol.iterator]() {
        throw new Error('iterated')
      },
    }

    assert.equal(read('count(args.0.input)'), 2)
    assert.equal(read('count(args.1)'), 1)
    assert.equal(read('count(args.2)'), 0)
    assert.equal(read('count(args.9)'), 0)
    assert.equal(compilePath('count(args.0)')({ self: 0, args: [iterated] }), 1)
    assert.equal(compilePath('count(result)')({ self: 0, args: [], result: [] }), 0)
  })

  it('is known by its form', () => {
    const good = ['this', 'args', 'result', 'args.0', 'count(args)', 'count(this.a.b)', 'result.$a._b']
    const bad = [
      '',
      'arg.0',
      'args[0]',
      'args..0',
      'args.',
      'count(args',
      'args)',
      'length(args)',
      'args.0()',
      ' args',
      'a b',
    ]

    assert.deepEqual(
      good.filter((path) => parseRead(path) === undefined),
      [],
    )
    assert.deepEqual(
      bad.filter((path) => parseRead(path) !== undefined),
      [],
    )
    for (const path of bad) assert.throws(() => compilePath(path), /is not a path/)
  })
})

describe('what a record keeps of a value', () => {
  it('is a finite number, a boolean, a bigint as number', () => {
    assert.deepEqual(
      [1.5, -1, 0, true, false, 7n].map((value) => keep(value, false)),
      [1.5, -1, 0, true, false, 7],
    )
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      undefined,
      null,
      {},
      [],
      Symbol('s'),
      () => 1,
      10n ** 400n,
    ])
      assert.equal(keep(value, true), undefined)
  })

  it('is a string only where strings are kept, cut at 128 characters', () => {
    assert.equal(keep('text', false), undefined)
    assert.equal(keep('a'.repeat(128), true), 'a'.repeat(128))
    assert.equal(keep('a'.repeat(129), true), 'a'.repeat(128))
    assert.equal(keep('', true), '')
  })
})

describe('a metadata table', () => {
  const told: string[][] = []
  const tell = (...one: [string, string]) => void told.push(one)
  const texts = { model: 'args.1', provider: 'args.1', collection: 'args.1', operation: 'args.1', other: 'args.1' }

  it("keeps a built-in's strings under four names alone, and all of the user's", () => {
    const builtIn = compileRead(texts, false, 'a.b', tell)
    const own = compileRead(texts, true, 'a.b', tell)

    assert.deepEqual(builtIn?.(call), { model: 'text', provider: 'text', collection: 'text', operation: 'text' })
    assert.deepEqual(Object.keys(own?.(call) ?? {}), Object.keys(texts))
  })

  it('is nothing where nothing is named or found', () => {
    assert.equal(compileRead(undefined, true, 'a.b', tell), undefined)
    assert.equal(compileRead({}, true, 'a.b', tell), undefined)
    assert.equal(compileRead({ a: 'args.9' }, true, 'a.b', tell)?.(call), undefined)
  })

  it('leaves a path out from its first failure on, and tells it once, however hostile the error', () => {
    let reads = 0
    const hostile = {
      get length() {
        reads++
        throw {
          toString() {
            throw this
          },
        }
      },
    }
    const read = compileRead({ bad: 'args.0.length', good: 'args.1' }, true, 'a.b', tell)

    const found = [1, 2, 3].map(() => read?.({ self: 0, args: [hostile, 4] }))

    assert.deepEqual(found, [{ good: 4 }, { good: 4 }, { good: 4 }])
    assert.equal(reads, 1)
    assert.equal(told.length, 1)
    assert.match(
      told[0]?.[1] ?? '',
      /metadata bad of a\.b can't be read \(an error that cannot be shown\); it is left out/,
    )
  })
})

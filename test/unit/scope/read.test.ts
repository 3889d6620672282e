import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { wordsIn } from '../../../agent/call-words.ts'
import type { Call, Raw } from '../../../agent/model.ts'
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

  it('counts the texts of an input: a list of numbers is the tokens of one', () => {
    const given = (input: unknown) => compilePath('texts(args.0.input)')({ self: 0, args: [{ input }] })

    assert.deepEqual(['a', ['a', 'b'], [1, 2, 3], [[1, 2], [3]], [], undefined, new Proxy(['a'], {})].map(given), [
      1,
      2,
      1,
      2,
      0,
      0,
      undefined,
    ])
  })

  it('runs a getter or a method where it says so, and no other', () => {
    class Table {
      rows = [1, 2]
      get numRows() {
        return this.rows.length
      }
      size() {
        return { deep: this.numRows }
      }
    }
    const read = (path: string) => compilePath(path)({ self: new Table(), args: [] })

    assert.equal(read('this.numRows'), undefined)
    assert.equal(read('this.numRows()'), 2)
    assert.equal(read('this.size().deep'), 2)
    assert.equal(read('this.none().deep'), undefined)
    assert.equal(read('this.rows().length'), 2)
  })

  it('is known by its form', () => {
    const good = [
      'this',
      'args',
      'result',
      'args.0',
      'count(args)',
      'count(this.a.b)',
      'texts(args.0)',
      'result.$a._b',
      'result.a().b',
      'count(this.a())',
      'sum(chunk.a)',
      '(args.0 ?? this).a',
    ]
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
      'sum(chunk.a',
      ' args',
      'a b',
      '(args.0',
      'args.0)',
      '((args.0).a',
    ]

    assert.deepEqual(
      good.filter((path) => wordsIn(path) === undefined),
      [],
    )
    assert.deepEqual(
      bad.filter((path) => wordsIn(path) !== undefined),
      [],
    )
    assert.equal(wordsIn(`${'('.repeat(100_000)}args`), undefined)
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
  const warnOnce = (...one: [string, string]) => void told.push(one)
  const texts = { model: 'args.1', provider: 'args.1', collection: 'args.1', operation: 'args.1', other: 'args.1' }

  it("keeps a built-in's strings under four names alone, and all of the user's", () => {
    const builtIn = compileRead(texts, false, 'a.b', warnOnce)
    const own = compileRead(texts, true, 'a.b', warnOnce)

    assert.deepEqual(builtIn?.(call), { model: 'text', provider: 'text', collection: 'text', operation: 'text' })
    assert.deepEqual(Object.keys(own?.(call) ?? {}), Object.keys(texts))
  })

  it('is nothing where nothing is named or found', () => {
    assert.equal(compileRead(undefined, true, 'a.b', warnOnce), undefined)
    assert.equal(compileRead({}, true, 'a.b', warnOnce), undefined)
    assert.equal(compileRead({ a: 'args.9' }, true, 'a.b', warnOnce)?.(call), undefined)
  })

  it('leaves a path out where it fails, and for good after ten failures in a row, telling class names alone', () => {
    told.length = 0
    class Secret extends Error {}
    let reads = 0
    const failing = ({ args }: Call) => {
      reads++
      if (args[0] !== 'good') throw new Secret('a private text\n\u001b[2J')
      return 1
    }
    const read = compileRead({ bad: failing, good: 'args.1' }, true, 'a.b', warnOnce)
    const given = (first: unknown) => read?.({ self: 0, args: [first, 4] })

    assert.deepEqual([1, 2, 3].map(given), [{ good: 4 }, { good: 4 }, { good: 4 }])
    assert.deepEqual(given('good'), { bad: 1, good: 4 })
    for (let i = 0; i < 9; i++) given(i)
    assert.deepEqual(given('good'), { bad: 1, good: 4 })
    for (let i = 0; i < 10; i++) given(i)
    assert.deepEqual(given('good'), { good: 4 })

    assert.equal(reads, 24)
    assert.deepEqual(
      [...new Map(told as unknown as [string, string][]).values()],
      [
        "metadata bad of a.b can't be read in a call (Secret); there it is left out",
        "metadata bad of a.b can't be read, 10 times in a row (Secret); it is left out from now on",
      ],
    )
  })

  it("tells of a getter on the way of a user's path, which is not run", () => {
    told.length = 0
    let runs = 0
    const object = {
      get rows() {
        return { count: ++runs }
      },
    }
    const metadata = { a: 'result.rows.count', b: 'result.none.count', c: 'args.0.size', d: 'result.rows().count' }
    const read = compileRead(metadata, true, 'a.b', warnOnce)

    assert.deepEqual(read?.({ self: 0, args: [new Set([1])], result: object }), { c: 1, d: 1 })
    assert.deepEqual(
      told.map(([, message]) => message),
      [
        'metadata a of a.b: rows in result.rows.count is a getter, which is not run unless the path says rows(); it is left out',
      ],
    )
  })
})

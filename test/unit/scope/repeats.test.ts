import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Call, Metadata, Point } from '../../../agent/model.ts'
import { createRepeats, mostInputs, mostText } from '../../../agent/scope/repeats.ts'

const pointOf = (more: Partial<Point> = {}) =>
  ({ name: 'shop.embed', library: 'own', inputs: ({ args }: Call) => args[0], ...more }) as Point
const fail = () => assert.fail('it was looked into')
const hostile = new Proxy(['a'], { get: fail, getOwnPropertyDescriptor: fail, ownKeys: fail, has: fail })
const withGetter = Object.defineProperty(['a', ''], 1, { get: fail, enumerable: true })

function looked() {
  const told: string[] = []
  const repeats = createRepeats((_, message) => told.push(message))
  const point = pointOf()
  const look = (input: unknown, metadata: Metadata = { model: 'm' }, at = point, self: unknown = undefined) => {
    const found = repeats(at, { self, args: [input] }, metadata)
    return found && [found.repeats, found.repeat_share]
  }
  return { look, told }
}

describe('the repeats of a call', () => {
  it('are its inputs that were embedded before, and their share in three decimals', () => {
    const { look } = looked()

    assert.deepEqual(look('a'), [0, 0])
    assert.deepEqual(look('a'), [1, 1])
    assert.deepEqual(look(['a', 'b', 'c']), [1, 0.333])
    assert.deepEqual(look(['a', 'b', 'd']), [2, 0.667])
    assert.deepEqual(look(['e', 'e', 'e', 'f']), [2, 0.5])
  })

  it('are of the same model, provider and size of vector', () => {
    const { look } = looked()
    look('a', { model: 'm', dimensions: 2 })

    assert.deepEqual(look('a', { model: 'n', dimensions: 2 }), [0, 0])
    assert.deepEqual(look('a', { model: 'm', dimensions: 3 }), [0, 0])
    assert.deepEqual(look('a', { model: 'm', provider: 'p', dimensions: 2 }), [0, 0])
    assert.deepEqual(look('a', { model: 'm', dimensions: 2, batch_size: 9 }), [1, 1])
  })

  it('are of the same method and library, each of which counts by itself', () => {
    const { look } = looked()
    look('a')

    assert.deepEqual(look('a', { model: 'm' }, pointOf()), [0, 0])
    assert.deepEqual(look('a', { model: 'm' }, pointOf({ library: 'other' })), [0, 0])
    assert.deepEqual(look('a'), [1, 1])
  })

  it('are of the same object where neither model nor provider is known', () => {
    const { look } = looked()
    const [one, other] = [{}, {}]
    look('a', {}, undefined, one)

    assert.deepEqual(look('a', {}, undefined, other), [0, 0])
    assert.deepEqual(look('a', {}, undefined, one), [1, 1])
    assert.deepEqual(look('a', { model: 'm' }, undefined, one), [0, 0])
    assert.deepEqual(look('a', { model: 'm' }, undefined, other), [1, 1])
  })

  it('are told by no other one, as of another thread', () => {
    const { look } = looked()
    look('a')

    assert.deepEqual(looked().look('a'), [0, 0])
  })

  it('are of tokens too, one list or several', () => {
    const { look } = looked()

    assert.deepEqual(look([1, 2, 3]), [0, 0])
    assert.deepEqual(look([[1, 2, 3], [4]]), [1, 0.5])
    assert.deepEqual(look([[1, 2], [3]]), [0, 0])
    assert.deepEqual(look('1,2,3'), [0, 0])
  })

  it('are read from texts and tokens alone: nothing else is looked into, called or iterated', () => {
    const { look, told } = looked()
    // biome-ignore lint/suspicious/noThenProperty: it is not to be waited for
    const iterated = { [Symbol.iterator]: fail, then: fail, toString: fail, toJSON: fail }
    const nothing = [undefined, null, 7, true, '', [], {}, Symbol('s'), () => 'a', new Uint8Array(3), new Set(['a'])]

    for (const value of [...nothing, iterated, hostile, [iterated, hostile], [hostile], [['a'], [{}]], [1, 'a']])
      assert.equal(look(value), undefined)
    assert.deepEqual(look([iterated, 'a', hostile, undefined, '', ['b']]), [0, 0])
    assert.deepEqual(look(withGetter), [1, 1])
    assert.deepEqual(look(Object.assign(new Array(5), { 3: 'a' })), [1, 1])
    assert.deepEqual(told, [])
  })

  it('are no more looked for in a method whose inputs fail to be read ten times in a row, which is reported', () => {
    const { look, told } = looked()
    let reads = 0
    const failing = pointOf({
      inputs: () => {
        reads++
        throw new RangeError('no inputs')
      },
    })

    for (let i = 0; i < 12; i++) assert.equal(look('a', {}, failing), undefined)
    assert.deepEqual(look('a'), [0, 0])
    assert.equal(reads, 10)
    assert.equal(told.length, 11)
    assert.match(
      told[0] ?? '',
      /the inputs of shop\.embed \(own\) can't be read in a call \(RangeError\); there it is left out/,
    )
  })

  it('are none of a method that names no inputs', () => {
    const { look } = looked()

    assert.equal(look('a', {}, pointOf({ inputs: undefined })), undefined)
  })

  it('are looked for in 2,048 inputs of a call, and the rest is in neither number', () => {
    const { look } = looked()
    const texts = Array.from({ length: mostInputs }, (_, i) => `text ${i}`)
    look([...texts, 'over'])

    assert.deepEqual(look('over'), [0, 0])
    assert.deepEqual(look(texts.at(-1)), [1, 1])
    assert.deepEqual(look([...texts, 'over']), [mostInputs, 1])
  })

  it('are looked for in 1,000,000 characters of a call, a token counting as 32', () => {
    const { look } = looked()
    const half = 'x'.repeat(mostText / 2)
    const most = Array(mostText / 32).fill(1)

    assert.deepEqual(look([half, half]), [1, 0.5])
    assert.deepEqual(look([half, half, 'y']), [2, 1])
    assert.deepEqual(look('y'), [0, 0])
    assert.equal(look(`${half}${half}z`), undefined)
    assert.deepEqual(look(most), [0, 0])
    assert.equal(look([...most, 1]), undefined)
  })
})

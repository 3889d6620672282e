import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { watchCallback } from '../../../agent/scope/ending/callback.ts'
import { callOf, originalOf, viewOf } from '../../../agent/scope/view.ts'

// biome-ignore lint/suspicious/noExplicitAny: views are read by shape, as instrumentations do
type Any = any
const see = (value: unknown): Any => viewOf(value)
const fail = () => {
  throw new Error('ran')
}

describe('a view', () => {
  it('has the data of an object and of what it inherits, at any depth', () => {
    class Base {
      kind = 'base'
    }
    class Made extends Base {
      deep = { list: [{ id: 1 }] }
    }
    Object.assign(Made.prototype, { shared: 3 })
    const view = see(Object.freeze(new Made()))

    assert.deepEqual([view.kind, view.shared, view.deep.list[0].id, view.none], ['base', 3, 1, undefined])
    assert.equal(view.constructor.name, 'Made')
    assert.deepEqual(Object.keys(view), ['kind', 'deep'])
    assert.deepEqual(JSON.parse(JSON.stringify(view)), { kind: 'base', deep: { list: [{ id: 1 }] } })
    assert.ok(view instanceof Base)
    assert.ok(Object.hasOwn(view, 'deep'))
    assert.ok(!Object.hasOwn(view, 'shared'))
  })

  it('is a list of a list, with the methods of lists', () => {
    class Own<T> extends Array<T> {
      static override get [Symbol.species]() {
        return fail()
      }
      override map = fail
    }
    const view = see(Own.of({ n: 1 }, { n: 2 }))

    assert.ok(Array.isArray(view))
    assert.deepEqual([view.length, view.at(-1).n], [2, 2])
    assert.deepEqual(
      view.map(({ n }: Any) => n),
      [1, 2],
    )
    assert.deepEqual(
      [...view, ...view.slice(1), ...view.filter(Boolean)].map(({ n }) => n),
      [1, 2, 2, 1, 2],
    )
    assert.deepEqual([[see([[1], [2]])].flat(2), see([1, 2]).join('?')], [[1, 2], '1?2'])
    assert.equal(Object.keys(see([1, 2])).length, 2)
  })

  it('runs no getter, iterator, conversion or function of what it shows', () => {
    const hostile = {
      get a() {
        return fail()
      },
      toString: fail,
      valueOf: fail,
      toJSON: fail,
      f: fail,
      [Symbol.toPrimitive]: fail,
      [Symbol.iterator]: fail,
      get [Symbol.toStringTag]() {
        return fail()
      },
    }
    const view = see(hostile)

    assert.equal(view.a, undefined)
    assert.equal(typeof view.f, 'function')
    assert.equal(view.f(), undefined)
    assert.deepEqual([`${view}`, String(view), Number(view), JSON.stringify([view])], ['', '', Number.NaN, '[null]'])
    assert.deepEqual(Object.keys({ ...view }).length, 5)
    assert.throws(() => [...view], /not iterable/)
    assert.equal(see(Object.create(hostile)).a, undefined)
    assert.deepEqual(
      Object.entries(
        see([
          1,
          {
            get b() {
              return fail()
            },
          },
        ])[1],
      ),
      [['b', undefined]],
    )
  })

  it('is empty for a proxy, wherever that is met, and knows it again', () => {
    const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, fail]))
    const proxy = new Proxy({ a: 1 }, traps)
    const view = see(proxy)

    assert.deepEqual([view.a, Object.keys(view), view instanceof Map, 'a' in view], [undefined, [], false, false])
    assert.deepEqual([Array.isArray(see(new Proxy([], traps))), `${view}`], [false, ''])
    assert.equal(typeof see(new Proxy(() => {}, traps)), 'function')
    assert.equal(see(Object.create(proxy)).a, undefined)
    assert.equal(see(Object.create(proxy)) instanceof Map, false)
    assert.equal(see({ proxy }).proxy.a, undefined)
    assert.equal(originalOf(view), proxy)
  })

  it('is read through where an instrumentation knows it as its library’s own', () => {
    const made = new Proxy({ dims: [{ n: 2 }] }, {})
    const { result, through } = callOf({ self: undefined, args: [], result: made })

    assert.equal(through(result, 'dims')[0].n, 2)
    assert.equal(through(through(result, 'none'), 'dims'), undefined)
  })

  it("shows bytes and numbers as they are, and Node's own sizes", () => {
    const vector = Object.assign(Float32Array.of(0.5, 1), { extra: 1 })
    Object.defineProperty(vector, 'length', { get: fail })
    const map = new Map([['a', { n: 1 }]])
    Object.defineProperty(map, 'size', { get: fail })

    assert.deepEqual([see(vector).length, see(vector)[0], see(vector).extra], [2, 0.5, undefined])
    assert.ok(see(vector) instanceof Float32Array)
    assert.ok(Buffer.isBuffer(see(Buffer.from('a'))))
    assert.ok(!Buffer.isBuffer(see(Uint8Array.of(1))))
    assert.equal(see(map).size, 1)
    assert.equal(see(new Set([1])).size, 1)
    assert.ok(see(map) instanceof Map)
    assert.deepEqual(
      Array.from(see(map) as Any, ([key, value]: Any) => [key, value.n]),
      [['a', 1]],
    )
  })

  it('can be changed by nobody', () => {
    const object = { a: 1, list: [1] }
    const view = see(object)

    assert.throws(() => {
      view.a = 2
    }, TypeError)
    assert.throws(() => delete view.a, TypeError)
    assert.throws(() => view.list.push(2), TypeError)
    assert.deepEqual(object, { a: 1, list: [1] })
  })
})

describe('a call as it is seen', () => {
  it('gives keys for what it is made of, and asks where it is told to', () => {
    const self = {
      get size() {
        return 3
      },
      by: (n: number) => ({ n }),
    }
    const args = [{ a: 1 }, 'text']
    const call = callOf({ self, args })

    assert.deepEqual([call.of(call.self), call.of(call.args), call.of(call.args[0])], [self, args, args[0]])
    assert.notEqual(call.of(call.args[1]), call.of(call.args[1]))
    assert.equal((call.self as Any).size, undefined)
    assert.deepEqual(
      [call.ask(call.self, 'size'), call.ask(call.self, 'by', 2).n, call.ask(undefined, 'x')],
      [3, 2, undefined],
    )
  })
})

describe('options with a callback', () => {
  it('are copied with their getters, which run when they are read, on what they belong to', () => {
    const runs: unknown[] = []
    const options = {
      text: 'select 1',
      get values() {
        runs.push(this)
        return [1]
      },
      callback() {},
    }
    const watcher = { park() {}, look() {}, end() {}, fail() {} }

    const [copy] = watchCallback([options], watcher) as [typeof options]

    assert.deepEqual(runs, [])
    assert.equal(typeof Object.getOwnPropertyDescriptor(copy, 'values')?.get, 'function')
    assert.deepEqual(copy.values, [1])
    assert.equal(runs[0], options)
    assert.deepEqual(Object.keys(copy), Object.keys(options))
    assert.notEqual(copy.callback, options.callback)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../../agent/locate/path.ts'
import type { Fn, Patch } from '../../../agent/replace/patch.ts'
import { createPatcher } from '../../../agent/replace/patcher.ts'
import { tap } from '../../../agent/scope/ending/watch.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/** A patch that counts its calls, on or off. */
function patchOf(at: string) {
  const state = { on: true, calls: 0, missed: [] as unknown[] }
  const patch: Patch = {
    at,
    path: compileAt(at),
    on: () => state.on,
    wrap: (original: Fn): Fn =>
      function shell(this: unknown, ...args: unknown[]) {
        if (new.target) return Reflect.construct(original, args, new.target === shell ? original : new.target)
        if (state.on) state.calls++
        return Reflect.apply(original, this, args)
      },
  }
  return Object.assign(state, { patch })
}
type Made = ReturnType<typeof patchOf>

/** Patches, and then switches as a reload does. */
function patched(exports: Any, ...made: Made[]) {
  const patcher = createPatcher({
    follow: tap,
    track: true,
    missing: (patch, ...told) => void made.find((one) => one.patch === patch)?.missed.push(told),
  })
  let handed = exports
  const turn = (on: boolean, which: readonly Made[] = made) => {
    for (const one of which) one.on = on
    patcher.release()
    for (const one of made) if (one.on) handed = patcher.patch(handed, one.patch)
    handed = patcher.alias(handed)
    return handed
  }
  turn(true)
  return turn
}
const search = (a: number) => a

describe('what is switched off', () => {
  it('is the original again under each of its names', () => {
    const search = Object.assign((a: number) => a, {} as Any)
    search.again = search
    const exports: Any = { search, other: search, deep: { search } }
    const made = patchOf('search')

    const turn = patched(exports, made)
    const wrapper = exports.search
    const names = () => [exports.search, exports.other, exports.search.again].map((one) => one === wrapper)

    assert.deepEqual(names(), [true, true, true])
    assert.notEqual(exports.deep.search, wrapper)
    turn(false)
    assert.deepEqual(names(), [false, false, false])
    assert.deepEqual([exports.search, exports.other, search.again], [search, search, search])
    turn(true)
    assert.deepEqual(names(), [true, true, true])
    assert.deepEqual([exports.search(1), exports.other(2), search.again(3), made.calls], [1, 2, 3, 3])
  })

  it('is the original again, its property as it was; switched on, the same wrapper', () => {
    for (const descriptor of [
      { value: search, writable: true, configurable: true, enumerable: false },
      { value: search, writable: false, configurable: true, enumerable: true },
      { value: search, writable: true, configurable: false, enumerable: true },
      { get: () => search, configurable: true, enumerable: true },
    ]) {
      const exports: Any = Object.defineProperty({}, 'search', descriptor)
      const before = Object.getOwnPropertyDescriptor(exports, 'search')
      const made = patchOf('search')

      const turn = patched(exports, made)
      const wrapper = exports.search
      turn(false)
      const after = Object.getOwnPropertyDescriptor(exports, 'search')
      turn(true)

      assert.notEqual(wrapper, search)
      assert.deepEqual(after, before)
      assert.equal(exports.search, wrapper)
      assert.equal(exports.search(1), 1)
      assert.equal(made.calls, 1)
    }
  })

  it('leaves no property where the method was inherited', () => {
    class Base {
      search() {}
    }
    class Client extends Base {}
    const turn = patched({ Client }, patchOf('Client.prototype.search'))
    assert.ok(Object.hasOwn(Client.prototype, 'search'))

    turn(false)

    assert.ok(!Object.hasOwn(Client.prototype, 'search'))
  })

  it('is set back in what import-in-the-middle hands out', () => {
    const namespace: Any = new Proxy(Object.assign(Object.create(null), { search }), {})
    const turn = patched(namespace, patchOf('search'))
    const wrapper = namespace.search

    turn(false)
    assert.equal(namespace.search, search)
    turn(true)

    assert.notEqual(wrapper, search)
    assert.equal(namespace.search, wrapper)
  })

  it('stays under the wrapper of another, passes through, is not wrapped twice, and goes when that has gone', () => {
    const exports: Any = { search }
    const made = patchOf('search')
    const turn = patched(exports, made)
    const ours = exports.search
    const others = (a: number) => ours(a)
    exports.search = others

    turn(false)
    assert.deepEqual([exports.search, exports.search(1), made.calls], [others, 1, 0])
    turn(true)
    assert.deepEqual([exports.search, exports.search(1), made.calls], [others, 1, 1])
    exports.search = ours
    turn(false)

    assert.equal(exports.search, search)
  })

  it('of two in one place goes from the top, and what is under one that is on stays', () => {
    const exports: Any = { search }
    const [lower, upper] = [patchOf('search'), patchOf('search')]
    const turn = patched(exports, lower, upper)
    const top = exports.search

    turn(false, [lower])
    assert.equal(exports.search, top)
    exports.search(1)
    assert.deepEqual([lower.calls, upper.calls], [0, 1])
    turn(false, [upper])
    assert.equal(exports.search, search)
    turn(true)
    exports.search(1)

    assert.deepEqual([exports.search, lower.calls, upper.calls], [top, 1, 2])
  })

  it('passes through where the exports had to be copied', () => {
    const made = patchOf('search')
    const turn = patched(Object.freeze({ search }), made)
    const copy = turn(true)

    assert.equal(turn(false), copy)
    copy.search(1)
    assert.equal(made.calls, 0)
    assert.equal(turn(true), copy)
    copy.search(1)

    assert.equal(made.calls, 1)
  })

  it('is no more on the way of objects that are made, whose methods pass through', () => {
    class Client {
      search = (a: number) => a
    }
    const create = () => new Client()
    const exports: Any = { Client, create }
    const made = [patchOf('Client.new.search'), patchOf('create().search')]
    const calls = () => made.reduce((sum, one) => sum + one.calls, 0)
    const turn = patched(exports, ...made)
    const objects = [new exports.Client(), exports.create()]

    turn(false)
    assert.deepEqual([exports.Client, exports.create], [Client, create])
    for (const one of [...objects, new Client(), create()]) one.search(1)
    assert.equal(calls(), 0)
    const between = new exports.Client()
    turn(true)
    for (const one of [...objects, between, new exports.Client()]) one.search(1)

    assert.equal(calls(), 3)
    assert.ok(new exports.Client().constructor === exports.Client)
  })

  it('hands on what the application has put on it', () => {
    const exports: Any = {
      search: function search() {},
    }
    const { search } = exports
    const turn = patched(exports, patchOf('search'))
    exports.search.cache = 1

    turn(false)
    assert.deepEqual([exports.search, exports.search.cache], [search, 1])
    assert.equal(new exports.search().constructor, search)
    search.later = 2
    turn(true)

    assert.equal(exports.search.later, 2)
    assert.equal(new exports.search().constructor, exports.search)
  })

  it('stays where the application has frozen the object since', () => {
    const exports = { search }
    const made = patchOf('search')
    const turn = patched(exports, made)
    Object.freeze(exports)

    turn(false)
    exports.search(1)

    assert.equal(made.calls, 0)
  })
})

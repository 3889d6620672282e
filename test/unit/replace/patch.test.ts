import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../../agent/locate/path.ts'
import type { Fn, Patch } from '../../../agent/replace/patch.ts'
import { createPatcher } from '../../../agent/replace/patcher.ts'
import { tap } from '../../../agent/scope/ending/watch.ts'

interface Made {
  readonly patch: Patch
  readonly calls: unknown[][]
  readonly missed: unknown[][]
}
function patchOf(at: string): Made {
  const calls: unknown[][] = []
  const missed: unknown[][] = []
  const wrap = (original: Fn): Fn =>
    function (this: unknown, ...args: unknown[]) {
      calls.push(args)
      return Reflect.apply(original, this, args)
    }
  const patch = { at, path: compileAt(at), wrap, on: () => true }
  missedOf.set(patch, missed)
  return { patch, calls, missed }
}
const missedOf = new Map<Patch, unknown[][]>()
const makePatcher = () => createPatcher({ follow: tap, missing: (patch, ...told) => missedOf.get(patch)?.push(told) })
// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
const patched = (exports: any, ...patches: Made[]): any => {
  const patcher = makePatcher()
  return patches.reduce((handed, { patch }) => patcher.patch(handed, patch), exports)
}

describe('patching', () => {
  it('replaces a method in place, once for the same place', () => {
    class Client {
      search(text: string) {
        return text
      }
    }
    const exports = { Client, default: { Client } }
    const made = patchOf('Client.prototype.search')

    const patcher = makePatcher()
    const handed = [exports, exports, { Client }].map((one) => patcher.patch(one, made.patch))

    assert.equal(handed[0], exports)
    assert.equal(new Client().search('a'), 'a')
    assert.deepEqual(made.calls, [['a']])
  })

  it('replaces for two patches of one place each once', () => {
    const exports = { search: (a: number) => a }
    const [one, other] = [patchOf('search'), patchOf('search')]

    patched(exports, one, other, one, other)

    assert.equal(exports.search(1), 1)
    assert.deepEqual([one.calls, other.calls], [[[1]], [[1]]])
  })

  it('gives a function that stands in two places one wrapper', () => {
    const search = () => 1
    const exports = { search, default: { search } }

    patched(exports, patchOf('search'))

    assert.equal(exports.search, exports.default.search)
    assert.notEqual(exports.search, search)
  })

  it('gives each name of a function its wrapper, and leaves a name that is patched itself', () => {
    const search = (a: number) => a
    const exports = { search, other: search, named: search, default: { search } }
    const [one, two] = [patchOf('search'), patchOf('named')]
    const patcher = makePatcher()

    for (const { patch } of [one, two]) patcher.patch(exports, patch)
    patcher.alias(exports)
    exports.other(1)
    exports.named(2)
    exports.default.search(3)

    assert.equal(exports.other, exports.search)
    assert.deepEqual([one.calls, two.calls], [[[1], [3]], [[2]]])
  })

  it('leaves neither marks nor other descriptors', () => {
    const exports = {}
    Object.defineProperty(exports, 'search', { value: function search(_a: number) {}, configurable: true })
    const before = Object.getOwnPropertyDescriptor(exports, 'search')

    patched(exports, patchOf('search'))
    const after = Object.getOwnPropertyDescriptor(exports, 'search')

    assert.notEqual(after?.value, before?.value)
    assert.deepEqual({ ...after, value: 0 }, { ...before, value: 0 })
    assert.deepEqual(Reflect.ownKeys(after?.value).sort(), Reflect.ownKeys(before?.value).sort())
  })

  it('copies exports that cannot be changed, and keeps the rest of them live', () => {
    let n = 0
    const exports = Object.defineProperties(
      {},
      {
        search: { get: () => () => 'found', enumerable: true },
        n: { get: () => n, enumerable: true },
        hidden: { value: 1 },
      },
    )
    const made = patchOf('search')

    const handed = patched(exports, made)
    n = 5

    assert.notEqual(handed, exports)
    assert.deepEqual([handed.search(), handed.n, handed.hidden, Object.keys(handed)], ['found', 5, 1, ['search', 'n']])
    assert.equal(made.calls.length, 1)
  })

  it('puts the copy of a frozen inner object in its place', () => {
    const exports = { other: 1, api: Object.freeze({ v1: Object.freeze({ search: () => 1, beside: 2 }) }) }
    const made = patchOf('api.v1.search')

    const handed = patched(exports, made)

    assert.equal(handed, exports)
    assert.deepEqual([handed.other, handed.api.v1.search(), handed.api.v1.beside], [1, 1, 2])
    assert.equal(made.calls.length, 1)
  })

  it('tells what can be replaced nowhere', () => {
    class Client {
      search() {}
    }
    const original = Client.prototype.search
    Object.freeze(Client.prototype)
    const made = patchOf('Client.prototype.search')

    patched({ Client }, made)

    assert.equal(Client.prototype.search, original)
    assert.deepEqual(made.missed, [["Client.prototype.search (it can't be replaced)", []]])
  })

  it('reads no accessor of a prototype', () => {
    class Client {
      get search(): () => void {
        throw new Error('read')
      }
    }
    const made = patchOf('Client.prototype.search')

    patched({ Client }, made)

    assert.equal(made.missed.length, 1)
  })

  it('tells the nearest names where a way ends', () => {
    class Client {
      search() {}
      searchAll() {}
    }
    const check = (at: string) => makePatcher().check({ Client, client: 1 }, patchOf(at).patch)

    assert.deepEqual(check('Client.prototype.serch'), { where: 'Client.prototype.serch', near: ['search'] })
    assert.deepEqual(check('Clint.prototype.search'), { where: 'Clint', near: ['Client', 'client'] })
    assert.deepEqual(check('client.search'), { where: 'client', near: ['Client', 'client'] })
    assert.deepEqual(check('Client'), { where: 'Client (it is a class; name one of its methods)', near: [] })
    assert.equal(check('Client.prototype.search'), undefined)
  })

  it('takes module.exports for what an import sees as its default', () => {
    const made = patchOf('default')
    const inner = patchOf('default.search')

    const search = patched((text: string) => text, made)
    const api = patched({ search: () => 1 }, inner)

    assert.deepEqual([search('a'), api.search()], ['a', 1])
    assert.deepEqual([made.calls.length, inner.calls.length], [1, 1])
  })

  it('goes up to the parent of a prototype', () => {
    class Base {
      query() {
        return 1
      }
    }
    class Handle extends Base {}
    const made = patchOf('Handle.prototype^.query')

    patched({ Handle }, made)
    new Base().query()
    new Handle().query()

    assert.equal(made.calls.length, 2)
  })

  it('goes on through what a call returns, a promise included, without replacing the promise', async () => {
    class Table {
      async search() {
        return 1
      }
    }
    const exports = { connect: async () => ({ open: async () => new Table() }) }
    const made = patchOf('connect().open().search')

    patched(exports, made)
    const table = await (await exports.connect()).open()
    await table.search()
    await (await (await exports.connect()).open()).search()

    assert.equal(made.calls.length, 2)
    assert.deepEqual(made.missed, [])
  })

  it('goes on through objects that a class makes, its subclasses and those of the objects themselves included', () => {
    class Embeddings {}
    class Mine extends Embeddings {
      embed = () => 'own'
    }
    const exports = { Embeddings } as { Embeddings: typeof Embeddings }
    const made = patchOf('Embeddings.new.embed')

    patched(exports, made)
    class Yours extends exports.Embeddings {
      embed() {
        return 'proto'
      }
    }
    const one = new Yours()

    assert.equal(one.embed(), 'proto')
    assert.ok(one instanceof exports.Embeddings && one instanceof Embeddings)
    assert.equal(new exports.Embeddings().constructor, exports.Embeddings)
    assert.equal(made.calls.length, 1)
    assert.equal(new Mine().embed(), 'own')
  })
})

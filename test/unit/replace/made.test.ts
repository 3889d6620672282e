import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../../agent/locate/path.ts'
import type { Fn } from '../../../agent/replace/patch.ts'
import { createPatcher } from '../../../agent/replace/patcher.ts'

describe('the objects made through a class', () => {
  /** Patches a module with one class, and counts the calls that are not part of another. */
  const patched = (at: string, base: new (...args: never[]) => object) => {
    const calls: string[] = []
    const missing: string[] = []
    const wrap = (original: Fn, inner?: (self: unknown) => boolean): Fn =>
      ({
        shell(this: unknown, ...args: unknown[]) {
          if (!inner?.(this)) calls.push(String(args[0]))
          return Reflect.apply(original, this, args)
        },
      }).shell
    const exports = { Base: base }
    const patcher = createPatcher({ follow: (result) => result, missing: (_, where) => missing.push(where) })
    const patch = { at, path: compileAt(at), wrap, on: () => true }
    const miss = patcher.check(exports, patch)
    if (miss === undefined) patcher.patch(exports, patch)
    return { Base: exports.Base, calls, missing, miss }
  }

  it('are patched where their class has the method, and a call through super after an await is no second call', async () => {
    const { Base, calls, missing } = patched(
      'Base.new.embed',
      class {
        async embed(text: string) {
          return text.length
        }
      },
    )
    class Late extends (Base as new () => { embed(text: string): Promise<number> }) {
      override async embed(text: string) {
        await undefined
        return super.embed(text)
      }
    }
    const base = new Base() as Late
    const late = new Late()

    const lengths = [await base.embed('a'), await late.embed('bb'), await late.embed('ccc')]

    assert.deepEqual(lengths, [1, 2, 3])
    assert.deepEqual(calls, ['a', 'bb', 'ccc'])
    assert.deepEqual(missing, [])
    assert.equal(base.constructor, Base)
  })

  it('are patched as well where the method is a function in a field, set after the class was made', async () => {
    const { Base, calls, missing } = patched('Base.new.embed', class {})
    class Field extends Base {
      embed = async (text: string) => text.length
    }
    const field = new Field()
    await undefined

    const length = await field.embed('a')

    assert.equal(length, 1)
    assert.deepEqual(calls, ['a'])
    assert.deepEqual(missing, [])
    assert.deepEqual(Object.keys(field), ['embed'])
  })

  it('have the wrapper themselves where their class has a method that is fixed, and show no other sign of it', () => {
    const base = fixed()
    const { Base, calls, missing } = patched('Base.new.embed', base)
    const Embedder = Base as typeof base
    const one = new Embedder()
    const other = new Embedder()

    const lengths = [one.embed('a', 1), other.embed('bb', 1)]

    assert.deepEqual(lengths, [2, 3])
    assert.deepEqual(calls, ['a', 'bb'])
    assert.deepEqual(missing, [])
    assert.deepEqual([Object.keys(one), JSON.stringify(one), one instanceof Embedder], [[], '{}', true])
    assert.deepEqual([one.embed.name, one.embed.length, one.embed === other.embed], ['embed', 2, true])
    assert.throws(() => Object.assign(one, { embed: () => 0 }), TypeError)
    assert.equal(Reflect.deleteProperty(one, 'embed'), true)
    assert.equal(one.embed, base.prototype.embed)
  })

  it('have one call where a subclass goes on to a method that is fixed, and its own where that is in a field', async () => {
    const { Base, calls, missing } = patched('Base.new.embed', fixed())
    const Embedder = Base as ReturnType<typeof fixed>
    class Over extends Embedder {
      override embed(text: string, more: number) {
        return super.embed(text, more + 1)
      }
    }
    class Field extends Embedder {
      override embed = (text: string) => text.length
    }
    class Same extends Embedder {}
    const objects = [new Over(), new Field(), new Same()]
    await undefined

    const lengths = objects.map((object) => object.embed('a', 1))

    assert.deepEqual(lengths, [3, 1, 2])
    assert.deepEqual(calls, ['a', 'a', 'a'])
    assert.deepEqual(missing, [])
  })

  it('are left alone where neither the class nor the object can be changed', () => {
    const { Base, calls, missing } = patched(
      'Base.new.embed',
      fixed((object) => Object.preventExtensions(object)),
    )

    const length = new (Base as ReturnType<typeof fixed>)().embed('a', 1)

    assert.equal(length, 2)
    assert.deepEqual(calls, [])
    assert.deepEqual(missing, ["embed can't be replaced"])
  })

  it('are reported when they have no such method, but not where it is optional', async () => {
    const strict = patched('Base.new.embed', class {})
    const optional = patched('Base.new.embed?', class {})
    for (const { Base } of [strict, optional]) {
      new Base()
      ;new (class extends Base {})()
    }
    await undefined

    assert.deepEqual(strict.missing, ['embed', 'embed'])
    assert.deepEqual(optional.missing, [])
  })

  it('take ? where a step of the way may be missing', () => {
    assert.equal(patched('Base.prototype.gone?', class {}).miss, undefined)
    assert.notEqual(patched('Base.prototype.gone', class {}).miss, undefined)
    assert.equal(patched('Base.prototype.gone?.embed', class {}).miss, undefined)
    assert.throws(() => compileAt('Base?prototype.embed'), /is not a step/)
  })
})

/** A class as native modules make them: its methods can be neither assigned to nor defined anew. */
function fixed(made: (object: object) => void = () => {}) {
  class Fixed {
    constructor() {
      made(this)
    }
    embed(text: string, more: number) {
      return text.length + more
    }
  }
  Object.defineProperty(Fixed.prototype, 'embed', { writable: false, configurable: false })
  return Fixed
}

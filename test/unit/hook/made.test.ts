import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createPatcher, type Fn } from '../../../agent/hook/patch.ts'
import { compileAt } from '../../../agent/path.ts'

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
    const patcher = createPatcher((result) => result)
    const site = { at, steps: compileAt(at), wrap, missing: (where: string) => missing.push(where) }
    const miss = patcher.check(exports, site)
    if (miss === undefined) patcher.patch(exports, site)
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

  it('are told when they have no such method, but not where it is optional', async () => {
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

  it('take ? at the end of a way only', () => {
    assert.equal(patched('Base.prototype.gone?', class {}).miss, undefined)
    assert.notEqual(patched('Base.prototype.gone', class {}).miss, undefined)
    assert.throws(() => compileAt('Base?.prototype.embed'), /is no step/)
  })
})
